import test from 'ava';
import fc from 'fast-check';
import { tell } from '../../../actors/runtime/effects.ts';
import { act, at, numbered, puppet, testSystem, twoNodes } from './harness.ts';

test('messages of one sender arrive in the order in which it sent them', async t => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.nat({ max: 2 }), { minLength: 1, maxLength: 60 }), async senders => {
      const { system } = testSystem();
      const heard: { type: string; number?: number }[] = [];
      system.start('/to', puppet, { heard });
      for (const sender of [0, 1, 2]) system.start(`/from-${sender}`, puppet, {});
      senders.forEach((sender, number) => {
        system.tell(
          at(`/from-${sender}`),
          act(tell(at('/to'), { ...numbered(number), from: sender } as never)),
        );
      });
      await system.whenQuiet();
      const got = heard as unknown as { number: number; from: number }[];
      for (const sender of [0, 1, 2]) {
        const sent = senders.flatMap((from, number) => (from === sender ? [number] : []));
        t.deepEqual(
          got.filter(({ from }) => from === sender).map(({ number }) => number),
          sent,
        );
      }
      await system.stop();
    }),
    { seed: 7, numRuns: 30 },
  );
});

test('effects are carried out in their order, here and over a link', async t => {
  const { a, b, quiet } = twoNodes();
  const here: { type: string }[] = [];
  const there: { type: string }[] = [];
  a.system.start('/here', puppet, { heard: here });
  b.system.start('/there', puppet, { heard: there });
  a.system.start('/from', puppet, {});
  const types = ['one', 'two', 'three', 'four'];
  for (const half of [types.slice(0, 2), types.slice(2)]) {
    const effects = half.flatMap(type => [tell(at('/here'), { type }), tell(at('/there', 'b'), { type })]);
    a.system.tell(at('/from'), act(...effects));
  }
  await quiet();
  t.deepEqual(
    here.map(({ type }) => type),
    types,
  );
  t.deepEqual(
    there.map(({ type }) => type),
    types,
  );
});

test('an actor has one turn at a time, and others have theirs in between', async t => {
  const { system, journal } = testSystem();
  for (const name of ['x', 'y']) {
    system.start(`/${name}`, puppet, {
      reply: ({ type }) => [{ effect: 'do', port: 'journal', command: name + type }],
    });
  }
  for (const type of ['1', '2', '3']) system.tell(at('/x'), { type });
  system.tell(at('/y'), { type: '1' });
  await system.whenQuiet();
  t.deepEqual(journal, ['x1', 'y1', 'x2', 'x3']);
});
