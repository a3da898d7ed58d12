import test from 'ava';
import type { Role } from '../../../actors/scheduler/messages.ts';
import { findParent } from '../../../actors/scheduler/parents.ts';
import { Registry } from '../../../actors/scheduler/registry.ts';
import { carried, origin, registration } from './fixtures.ts';

const relayRole: readonly Role[] = ['relay'];

/** A publisher's edge and a site's nodes; `relays` says where there are relays. */
function cluster(relays: {
  readonly north?: readonly string[];
  readonly south?: readonly string[];
}): Registry {
  const registry = new Registry();
  const put = (node: string, idc: string, roles: readonly Role[], streams = [] as never[]) =>
    registry.register(0, 0, registration(node, { idc, roles, streams }));
  registry.register(0, 0, registration('push', { roles: ['push'], streams: [origin('math')] }));
  put('edge-north', 'north', ['pull']);
  put('edge-south', 'south', ['pull']);
  for (const node of relays.north ?? []) put(node, 'north', relayRole);
  for (const node of relays.south ?? []) put(node, 'south', relayRole);
  return registry;
}

const both = { north: ['relay-north'], south: ['relay-south'] };

const ways: readonly [
  what: string,
  relays: Parameters<typeof cluster>[0],
  asker: string,
  path: readonly string[],
  route: readonly string[],
][] = [
  ['an edge of the origin’s site', both, 'edge-north', [], ['push', 'relay-north']],
  ['an edge of a site without relay', {}, 'edge-north', [], ['push']],
  ['the relay of the origin’s site', both, 'relay-north', [], ['push']],
  ['an edge of another site', both, 'edge-south', [], ['push', 'relay-north', 'relay-south']],
  ['the relay of another site', both, 'relay-south', [], ['push', 'relay-north']],
  ['a relay, and none where the origin is', { south: ['relay-south'] }, 'relay-south', [], ['push']],
  ['an edge far from every relay', { north: ['relay-north'] }, 'edge-south', [], ['push', 'relay-north']],
  ['an edge alone', {}, 'edge-south', [], ['push']],
  ['not a node of the path', both, 'edge-south', ['relay-south'], ['push', 'relay-north']],
  ['not two nodes of the path', both, 'edge-south', ['relay-south', 'relay-north'], ['push']],
];

for (const [what, relays, asker, path, route] of ways) {
  test(`the way of ${what}`, t => {
    const found = findParent(cluster(relays).view('math'), asker, { path });
    t.deepEqual(found, { found: true, node: route.at(-1)!, route });
  });
}

const refusals = [
  ['a stream that nobody publishes', 'other', 'edge-north', [], 'not live'],
  ['an asker that is not registered', 'math', 'stranger', [], 'not registered'],
  ['the origin itself', 'math', 'push', [], 'is the origin'],
  [
    'a request that has come by everybody',
    'math',
    'edge-north',
    ['push', 'relay-north'],
    'only through itself',
  ],
] as const;

for (const [what, stream, asker, path, reason] of refusals) {
  test(`no parent for ${what}`, t => {
    t.deepEqual(findParent(cluster(both).view(stream), asker, { path }), { found: false, reason });
  });
}

test('no parent when nobody on the way can be reached by relay links', t => {
  const registry = new Registry();
  const { relay: _, ...unreachable } = registration('push', { streams: [origin('math')] });
  registry.register(0, 0, unreachable);
  registry.register(0, 0, registration('edge'));
  t.deepEqual(findParent(registry.view('math'), 'edge'), { found: false, reason: 'no relay' });
});

test('a node that gets the stream through the asker is passed over, at any distance', t => {
  const registry = cluster(both);
  const relay = (node: string, idc: string, parent: string) =>
    registry.register(
      1,
      1,
      registration(node, { idc, roles: relayRole, streams: [carried('math', parent)] }),
    );
  relay('relay-south', 'south', 'far');
  relay('far', 'west', 'edge-south');
  const found = findParent(registry.view('math'), 'edge-south');
  t.like(found, { node: 'relay-north' });
  // What has been told and not yet been announced counts as well.
  registry.noteParent(1, 'math', 'relay-north', 'relay-south');
  t.like(findParent(registry.view('math'), 'edge-south'), { node: 'push' });
});

test('a way that ends at a node which is not known is not trusted', t => {
  const registry = cluster(both);
  const streams = [carried('math', 'gone')];
  registry.register(1, 1, registration('relay-south', { idc: 'south', roles: relayRole, streams }));
  t.like(findParent(registry.view('math'), 'edge-south'), { node: 'relay-north' });
});

test('an origin that is a relay too needs no other', t => {
  const registry = cluster(both);
  registry.register(1, 1, registration('push', { roles: ['push', 'relay'], streams: [origin('math')] }));
  for (const asker of ['edge-north', 'relay-north', 'relay-south']) {
    t.like(findParent(registry.view('math'), asker), { node: 'push' });
  }
});

test('of a site’s relays one fetches a stream from elsewhere, and the streams are spread over them', t => {
  const south = Array.from({ length: 4 }, (_, i) => `relay-south-${i}`);
  const fetched = new Map(south.map(node => [node, 0]));
  for (let i = 0; i < 400; i += 1) {
    const stream = `class-${i}`;
    const registry = cluster({ north: ['relay-north'], south });
    registry.register(1, 1, registration('push', { roles: ['push'], streams: [origin(stream)] }));
    const parents = south.map(node => findParent(registry.view(stream), node));
    const abroad = south.filter((_, at) => (parents[at] as { node: string }).node === 'relay-north');
    t.is(abroad.length, 1);
    t.like(findParent(registry.view(stream), 'edge-south'), { node: abroad[0]! });
    fetched.set(abroad[0]!, fetched.get(abroad[0]!)! + 1);
  }
  for (const [node, count] of fetched) t.true(count > 70 && count < 130, `${node} has ${count}`);
});

test('when a relay goes, only its own streams move', t => {
  const south = ['one', 'two', 'three'];
  const parentOf = (stream: string, relays: readonly string[]) => {
    const registry = cluster({ south: relays });
    registry.register(1, 1, registration('push', { roles: ['push'], streams: [origin(stream)] }));
    return (findParent(registry.view(stream), 'edge-south') as { node: string }).node;
  };
  for (let i = 0; i < 60; i += 1) {
    const before = parentOf(`class-${i}`, south);
    const after = parentOf(`class-${i}`, south.slice(0, 2));
    if (before !== 'three') t.is(after, before);
  }
});

const spares: readonly [
  what: string,
  relays: Parameters<typeof cluster>[0],
  asker: string,
  quiet: string,
  found: string | undefined,
][] = [
  ['a relay of its own site', both, 'edge-south', 'relay-south', 'relay-north'],
  ['a relay of another site', both, 'relay-south', 'relay-north', 'push'],
  ['the origin, and there is nobody else', both, 'relay-north', 'push', 'push'],
];

for (const [what, relays, asker, quiet, expected] of spares) {
  test(`in place of one that says nothing: ${what}`, t => {
    t.like(findParent(cluster(relays).view('math'), asker, { quiet }), { node: expected });
  });
}

test('in place of one of another site that says nothing none of a third site is named', t => {
  const registry = cluster(both);
  registry.register(0, 0, registration('relay-west', { idc: 'west', roles: relayRole }));
  const view = registry.view('math');
  t.like(findParent(view, 'relay-south', { quiet: 'relay-west' }), { found: false });
  t.like(findParent(view, 'relay-south', { quiet: 'push' }), { node: 'relay-north' });
});
