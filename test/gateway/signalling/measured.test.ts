/** Clients of whom nobody knows where they are tell how far sites are, and are told which to measure. */
import test from 'ava';
import { addressOf } from '../../../actors/runtime/address.ts';
import type { Placed } from '../../../actors/scheduler/messages.ts';
import { fakeActors } from '../fake-actors.ts';
import { serve } from '../serve.ts';

const more = { scheduler: addressOf('control', '/scheduler') };
const placed: Placed = { type: 'placed', node: 'edge-1', idc: 'north' };
const pull = { stream: 'math-101' };
const push = { stream: 'math-101', sdp: 'v=0' };

for (const [path, body] of [
  ['/signaling/pull', pull],
  ['/signaling/push', push],
] as const) {
  test(`${path}: what is measured goes to the scheduler, and what it wants measured to the client`, async t => {
    const measure = [
      { site: 'north', url: 'https://n.school.example' },
      { site: 'odd', url: 'no address' },
      { site: 'south', url: 'https://s.school.example:8443' },
    ];
    const { postJson, actors } = await serve(
      t,
      fakeActors({ place: { ...placed, measure } as Placed }),
      {},
      more,
    );
    const measured = [
      { site: 'north', rttMs: 41.5 },
      { site: 'south', rttMs: 0 },
    ];
    const response = await postJson(path, { ...body, measured });
    t.is(response.status, 200);
    t.deepEqual(((await response.json()) as { measure: unknown }).measure, [
      { site: 'north', url: 'https://n.school.example/live' },
      { site: 'south', url: 'https://s.school.example:8443/live' },
    ]);
    t.deepEqual(actors.asked[0]!.message.measured, measured);
    t.false('measured' in actors.asked[1]!.message);
  });

  test(`${path}: nothing measured, nothing to measure`, async t => {
    const { postJson, actors } = await serve(t, fakeActors({ place: placed }), {}, more);
    const response = await postJson(path, body);
    t.false('measure' in ((await response.json()) as object));
    t.false('measured' in actors.asked[0]!.message);
  });
}

test('what cannot have been measured is refused, and names its field', async t => {
  const { postJson, actors } = await serve(t, fakeActors({ place: placed }), {}, more);
  const one = { site: 'north', rttMs: 20 };
  for (const [measured, field] of [
    ['far', 'measured'],
    [{ north: 20 }, 'measured'],
    [Array.from({ length: 9 }, () => one), 'measured'],
    [['north'], 'measured.0'],
    [[{ rttMs: 20 }], 'measured.0.site'],
    [[{ ...one, site: '' }], 'measured.0.site'],
    [[{ ...one, site: 'x'.repeat(64) }], 'measured.0.site'],
    [[one, { ...one, rttMs: -1 }], 'measured.1.rttMs'],
    [[{ ...one, rttMs: 10_001 }], 'measured.0.rttMs'],
    [[{ ...one, rttMs: '20' }], 'measured.0.rttMs'],
    [[{ ...one, rttMs: null }], 'measured.0.rttMs'],
  ] as const) {
    const response = await postJson('/signaling/pull', { ...pull, measured });
    t.is(response.status, 400, JSON.stringify(measured));
    const { type, errors } = (await response.json()) as { type: string; errors: { field: string }[] };
    t.is(type, 'urn:zrtc:problem:wrong-fields');
    t.deepEqual(
      errors.map(error => error.field),
      [field],
    );
  }
  t.deepEqual(actors.asked, []);
});
