import test from 'ava';
import fc from 'fast-check';
import type { Message } from '../../../actors/runtime/behaviour.ts';
import type { ClusterReport } from '../../../actors/scheduler/messages.ts';
import { at } from '../runtime/harness.ts';
import { carried, origin, registration, testCluster } from './fixtures.ts';

const replyTo = at('/nobody', 's');
const valid: readonly object[] = [
  registration('s', { streams: [origin('math'), carried('art', 'x')], peersVersion: '1.1' }),
  { type: 'stream-changed', node: 's', incarnation: 1, stream: 'math', epoch: 3, live: true },
  { type: 'place', role: 'pull', stream: 'math', idc: 'north', exclude: ['a'], replyTo },
  { type: 'find-parent', stream: 'math', node: 's', path: ['a'], replyTo },
  { type: 'locate', stream: 'math', replyTo },
  { type: 'report-cluster', replyTo },
];

const junk = fc.constantFrom<unknown>(
  undefined,
  null,
  -1,
  1.5,
  Number.NaN,
  '',
  'x'.repeat(5000),
  'a\nb',
  [],
  {},
  [null],
  {
    node: 1,
  },
);

/** A message with one of its values, at any depth, replaced or taken out. */
const mutated = fc
  .tuple(fc.constantFrom(...valid), fc.array(fc.nat({ max: 20 }), { minLength: 1, maxLength: 4 }), junk)
  .map(([message, path, value]) => {
    const copy = structuredClone(message) as Record<string, unknown>;
    let inside = copy;
    for (const [depth, step] of path.entries()) {
      const keys = Object.keys(inside).filter(key => key !== 'type');
      const key = keys[step % Math.max(1, keys.length)];
      if (key === undefined) break;
      const next = inside[key];
      if (depth === path.length - 1 || typeof next !== 'object' || next === null) {
        if (value === undefined) delete inside[key];
        else inside[key] = value;
        break;
      }
      inside = next as Record<string, unknown>;
    }
    return copy;
  });

test('no message makes the scheduler crash', async t => {
  const cluster = testCluster();
  cluster.startScheduler();
  const { system } = cluster.scheduler;
  let sent = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.oneof(mutated, fc.constant({ type: '__proto__' }), fc.constant({ type: 'x' })),
      async message => {
        system.tell(at('/scheduler', 's'), message as unknown as Message);
        sent += 1;
        await cluster.run(0);
      },
    ),
    { seed: 5, numRuns: 2000 },
  );
  t.is(system.counters.restarts, 0);
  const { counters } = await cluster.ask<ClusterReport>({ type: 'report-cluster' });
  t.true(counters.messagesWrong! > sent / 2 && counters.messagesWrong! < sent);
});

const refusals = [
  [{ ...registration('s'), idc: 7 }, 'idc of register is missing or wrong.'],
  [{ ...registration('s'), node: 'other' }, 'address of register is another node’s.'],
  [{ ...registration('s'), roles: ['king'] }, 'roles of register is missing or wrong.'],
  [{ type: 'place', role: 'relay', stream: 'math', exclude: [] }, 'role of place is missing or wrong.'],
  [{ type: 'locate', stream: '../x' }, 'stream of locate is missing or wrong.'],
  [{ type: 'dance' }, 'dance is no message that is known here.'],
] as const;

for (const [message, detail] of refusals) {
  test(`whoever sent it is told: ${detail}`, async t => {
    const cluster = testCluster();
    cluster.startScheduler();
    t.deepEqual(await cluster.ask<unknown>(message), {
      type: 'refused',
      status: 400,
      title: 'Not understood',
      detail,
    });
  });
}
