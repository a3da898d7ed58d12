/** From one parent to another: whatever the two deliver, in whatever turns, nothing is missing, doubled or out of order. */
import test from 'ava';
import fc from 'fast-check';
import { HELD_MAX, ParentChange } from '../../../actors/forwarding/parent-change.ts';

const packet = (sequenceNumber: number) => ({
  epoch: 1,
  sequenceNumber,
  timestamp: sequenceNumber * 900,
  packet: new Uint8Array(1),
});

test('each track goes on at the packet after the last', t => {
  const plan = fc.record({
    /** Where each parent is when the change begins. */
    old: fc.integer({ min: 100, max: 160 }),
    fresh: fc.integer({ min: 60, max: 200 }),
    turns: fc.array(fc.boolean(), { minLength: 400, maxLength: 600, size: 'max' }),
  });
  let changes = 0;
  fc.assert(
    fc.property(plan, plan, (audio, video) => {
      const core = new ParentChange();
      const on: Record<string, number[]> = { audio: [], video: [] };
      const at = { audio: { ...audio }, video: { ...video } };
      for (let i = 0; i < Math.min(audio.turns.length, video.turns.length); i += 1) {
        for (const kind of ['audio', 'video'] as const) {
          const isOld = at[kind].turns[i]!;
          const next = packet(isOld ? at[kind].old : at[kind].fresh);
          if (isOld) at[kind].old += 1;
          else at[kind].fresh += 1;
          const packets = isOld ? core.fromOld(kind, next) : core.fromNew(kind, next);
          on[kind]!.push(...packets.map(({ sequenceNumber }) => sequenceNumber));
        }
      }
      if (core.isOver) changes += 1;
      for (const [kind, plans] of [
        ['audio', audio],
        ['video', video],
      ] as const) {
        // The new parent may send again what has gone on already: tracks take each number once.
        const numbers = on[kind]!.filter((number, i, all) => number > Math.max(0, ...all.slice(0, i)));
        if (numbers.some((number, i) => number !== (numbers[0] ?? 0) + i)) return false;
        if (numbers.length > 0 && plans.turns.indexOf(true) !== -1 && numbers[0]! > plans.old) return false;
      }
      return !core.hasFailed;
    }),
    { seed: 8, numRuns: 300 },
  );
  t.true(changes > 200, `${changes} were over`);
});

test('it is over when all tracks that the old parent delivers have moved', t => {
  const core = new ParentChange();
  core.fromOld('audio', packet(5));
  core.fromOld('video', packet(50));
  t.false(core.isOver);
  core.fromNew('audio', packet(4));
  t.false(core.isOver);
  core.fromNew('video', packet(51));
  t.true(core.isOver);
  t.deepEqual(core.fromOld('video', packet(51)), []);
});

test('a new parent that is too far ahead is none', t => {
  const core = new ParentChange();
  core.fromOld('video', packet(0));
  for (let i = 0; i <= HELD_MAX; i += 1) core.fromNew('video', packet(10_000 + i));
  t.true(core.hasFailed);
  t.false(core.isOver);
});

test('when the old parent is gone, what the new one has delivered is all there is', t => {
  const core = new ParentChange();
  core.fromOld('video', packet(7));
  core.fromNew('video', packet(10));
  core.fromNew('video', packet(11));
  t.deepEqual(
    core.abandoned('video').map(({ sequenceNumber }) => sequenceNumber),
    [10, 11],
  );
  t.deepEqual(core.abandoned('audio'), []);
});
