/** A stream's tree over sites: by way of whom, how deep, how wide. */
import test from 'ava';
import { parseCoordinates } from '../../../actors/geo/location.ts';
import type { AnnouncedStream, MeasuredLink, Role } from '../../../actors/scheduler/messages.ts';
import { findParent } from '../../../actors/scheduler/parents.ts';
import { Registry } from '../../../actors/scheduler/registry.ts';
import { SITE_DEPTH_MAX, SITE_FAN_OUT_MAX } from '../../../actors/scheduler/routes.ts';
import { NAMED_PARENT_MS } from '../../../actors/scheduler/stream-directory.ts';
import { carried, origin, registration } from './fixtures.ts';

/** A site east of the origin's, by so many degrees, with one relay `relay-<site>`. */
interface Site {
  readonly east?: number;
  readonly parent?: string;
  readonly measured?: readonly MeasuredLink[];
  readonly roles?: readonly Role[];
}

const relayRole: readonly Role[] = ['relay'];

const line = (node: string, rttMs: number, loss = 0): MeasuredLink => ({ node, rttMs, loss });

/** The origin's site is `home`, with the edge `push` and `relay-home`. */
function cluster(sites: Readonly<Record<string, Site>>): Registry {
  const registry = new Registry();
  const put = (
    node: string,
    idc: string,
    roles: readonly Role[],
    east: number | undefined,
    streams: AnnouncedStream[],
  ) =>
    registry.register(
      0,
      0,
      registration(node, {
        idc,
        roles,
        streams,
        ...(east !== undefined && { location: { at: parseCoordinates(`0/${east}`)! } }),
      }),
    );
  put('push', 'home', ['push'], 0, [origin('math')]);
  put('relay-home', 'home', ['relay'], 0, [carried('math', 'push')]);
  for (const [site, { east, parent, roles = relayRole }] of Object.entries(sites))
    put(`relay-${site}`, site, roles, east, parent === undefined ? [] : [carried('math', parent)]);
  for (const [site, { measured, east, parent }] of Object.entries(sites)) {
    if (measured === undefined) continue;
    const location = { at: parseCoordinates(`0/${east}`)! };
    const streams = parent === undefined ? [] : [carried('math', parent)];
    registry.register(
      0,
      0,
      registration(`relay-${site}`, { idc: site, roles: ['relay'], location, streams, measured }),
    );
  }
  return registry;
}

const parentOf = (registry: Registry, node: string, path: readonly string[] = []) => {
  const found = findParent(registry.view('math'), node, { path });
  return found.found ? found.node : found.reason;
};

test('where the direct line is bad, the stream comes by way of a site that has it', t => {
  const registry = cluster({
    middle: { east: 10, parent: 'relay-home', measured: [line('relay-home', 30)] },
    far: { east: 20, measured: [line('relay-home', 200), line('relay-middle', 30)] },
  });
  t.is(parentOf(registry, 'relay-far'), 'relay-middle');
  t.deepEqual(findParent(registry.view('math'), 'relay-far'), {
    found: true,
    node: 'relay-middle',
    route: ['push', 'relay-home', 'relay-middle'],
  });
  t.is(parentOf(registry, 'relay-far', ['relay-middle']), 'relay-home');
});

test('loss counts as delay', t => {
  const sites = (loss: number) =>
    cluster({
      middle: { east: 10, parent: 'relay-home', measured: [line('relay-home', 30)] },
      far: { east: 20, measured: [line('relay-home', 50, loss), line('relay-middle', 30)] },
    });
  t.is(parentOf(sites(0), 'relay-far'), 'relay-home');
  t.is(parentOf(sites(0.1), 'relay-far'), 'relay-middle');
});

test('where it is hardly better, it is one node more for nothing', t => {
  const registry = cluster({
    middle: { east: 10, parent: 'relay-home', measured: [line('relay-home', 30)] },
    far: { east: 20, measured: [line('relay-home', 70), line('relay-middle', 30)] },
  });
  t.is(parentOf(registry, 'relay-far'), 'relay-home');
});

const useless: readonly (readonly [what: string, middle: Site])[] = [
  ['does not have it', { east: 10 }],
  ['is further from the origin', { east: 30, parent: 'relay-home' }],
  ['stands nobody knows where', { parent: 'relay-home' }],
  ['is no relay', { east: 10, parent: 'relay-home', roles: ['pull'] }],
];

for (const [what, middle] of useless) {
  test(`not by way of one that ${what}`, t => {
    const registry = cluster({
      middle,
      far: { east: 20, measured: [line('relay-home', 400), line('relay-middle', 10)] },
    });
    t.is(parentOf(registry, 'relay-far'), 'relay-home');
  });
}

test('one node serves so many sites; then the stream comes by way of those', t => {
  const below = (count: number) =>
    Object.fromEntries(
      Array.from({ length: count }, (_, i) => [`s${i}`, { east: 1 + i / 10, parent: 'relay-home' } as Site]),
    );
  t.is(parentOf(cluster({ ...below(SITE_FAN_OUT_MAX - 1), far: { east: 20 } }), 'relay-far'), 'relay-home');
  t.regex(parentOf(cluster({ ...below(SITE_FAN_OUT_MAX), far: { east: 20 } }), 'relay-far'), /^relay-s\d+$/);
  // Who stands nearer than all of them has no other way.
  t.is(parentOf(cluster({ ...below(SITE_FAN_OUT_MAX), near: { east: 0.5 } }), 'relay-near'), 'relay-home');
});

test('of a crowd that asks before anybody has announced anything, those count who were told to fetch', t => {
  const sites = Array.from({ length: SITE_FAN_OUT_MAX }, (_, i) => `s${i}`);
  const registry = cluster({
    ...Object.fromEntries(sites.map((site, i) => [site, { east: 1 + i / 10 } as Site])),
    far: { east: 20 },
  });
  const ask = (node: string) => {
    const parent = parentOf(registry, node);
    registry.noteParent(0, 'math', node, parent);
    return parent;
  };
  for (const site of sites) t.is(ask(`relay-${site}`), 'relay-home');
  t.regex(ask('relay-far'), /^relay-s\d+$/);
  // What was told is forgotten unless they announce that they have done so.
  registry.advance(NAMED_PARENT_MS);
  t.deepEqual(registry.view('math').carriers(), []);
});

test('the tree has so many levels, however good the last line is', t => {
  const chain = (depth: number) => {
    const sites: Record<string, Site> = {};
    for (let i = 1; i <= depth; i += 1)
      sites[`s${i}`] = {
        east: i,
        parent: i === 1 ? 'relay-home' : `relay-s${i - 1}`,
        measured: [line(i === 1 ? 'relay-home' : `relay-s${i - 1}`, 2)],
      };
    sites.far = { east: 50, measured: [line('relay-home', 400), line(`relay-s${depth}`, 2)] };
    return cluster(sites);
  };
  t.is(parentOf(chain(SITE_DEPTH_MAX - 1), 'relay-far'), `relay-s${SITE_DEPTH_MAX - 1}`);
  t.not(parentOf(chain(SITE_DEPTH_MAX), 'relay-far'), `relay-s${SITE_DEPTH_MAX}`);
});

test('a parent that is in use is kept until another one is clearly better', t => {
  const kept = (direct: number, detour: number, current: string) => {
    const registry = cluster({
      middle: { east: 10, parent: 'relay-home', measured: [line('relay-home', 20)] },
      far: { east: 20, measured: [line('relay-home', direct), line('relay-middle', detour)] },
    });
    const found = findParent(registry.view('math'), 'relay-far', { current });
    return found.found ? found.node : found.reason;
  };
  // One way: 20 ms by the detour, and the half of `direct` without it.
  t.is(kept(80, 20, 'relay-middle'), 'relay-middle');
  t.is(kept(42, 20, 'relay-middle'), 'relay-middle');
  t.is(kept(30, 20, 'relay-middle'), 'relay-home');
  t.is(kept(30, 20, 'relay-home'), 'relay-home');
  t.is(kept(55, 20, 'relay-home'), 'relay-home');
  t.is(kept(120, 20, 'relay-home'), 'relay-middle');
});
