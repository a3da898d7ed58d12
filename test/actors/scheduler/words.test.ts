/** Words between schedulers: what one writes another reads, and whatever else stands in the registry harms nobody. */
import test from 'ava';
import fc from 'fast-check';
import { leaveReasons } from '../../../actors/scheduler/leave-reason.ts';
import type { Word } from '../../../actors/scheduler/shared-messages.ts';
import { SharedRegistry } from '../../../actors/scheduler/shared-registry.ts';
import { formatWord, isFrom, parseWord } from '../../../actors/scheduler/word.ts';
import { carried, origin, registration } from './fixtures.ts';

const name = fc.stringMatching(/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/);
const count = fc.nat(1e9);

const words: fc.Arbitrary<Word> = fc.oneof(
  fc.record({
    kind: fc.constant('node' as const),
    from: name,
    facts: fc.record({ node: name, streams: fc.array(fc.tuple(name, count)) }).map(({ node, streams }) =>
      registration(node, {
        streams: streams.map(([stream, epoch], i) =>
          i % 2 === 0 ? origin(stream, epoch) : carried(stream, 'parent', epoch),
        ),
      }),
    ),
    registeredAtWallMs: count,
    unsteady: fc.boolean(),
  }),
  fc.record({
    kind: fc.constant('left' as const),
    from: name,
    node: name,
    incarnation: count,
    reason: fc.constantFrom(...leaveReasons),
  }),
  fc.record({
    kind: fc.constant('stream' as const),
    from: name,
    change: fc.record({
      type: fc.constant('stream-changed' as const),
      node: name,
      incarnation: count,
      stream: name,
      epoch: count,
      live: fc.boolean(),
    }),
  }),
  fc.record({ kind: fc.constant('beat' as const), from: name, life: count }),
);

test('what is written is read', t => {
  fc.assert(
    fc.property(words, name, (word, other) => {
      const text = formatWord(word);
      t.deepEqual(parseWord(text), word);
      t.true(isFrom(word.from, text));
      t.is(isFrom(other, text), other === word.from);
    }),
    { seed: 8, numRuns: 500 },
  );
});

test('what is changed on the way is read as a whole word, or not at all', t => {
  let refused = 0;
  fc.assert(
    fc.property(words, fc.nat(), fc.string({ maxLength: 4 }), (word, at, put) => {
      const text = formatWord(word);
      const place = at % text.length;
      const read = parseWord(`${text.slice(0, place)}${put}${text.slice(place + put.length + 1)}`);
      if (read === undefined) refused += 1;
      else t.deepEqual(parseWord(formatWord(read)), read);
    }),
    { seed: 8, numRuns: 3000 },
  );
  t.true(refused > 1000);
});

for (const text of [
  '',
  '1',
  '1 s2 ',
  '1 s2 null',
  '1 s2 []',
  '1 s2 {"kind":"node"}',
  '1 s2 {"kind":"node","facts":{"type":"register"},"registeredAtWallMs":1,"unsteady":false}',
  '1 s2 {"kind":"constructor"}',
  '2 s2 {"kind":"beat","life":1}',
]) {
  test(`not understood, and counted: ${text}`, t => {
    const registry = new SharedRegistry('s1', 1);
    registry.connected(0);
    registry.read([text], Number.NaN);
    registry.heard(1, text);
    const told = [];
    for (let output = registry.poll(); output !== undefined; output = registry.poll()) {
      if (output.kind === 'tell' && output.message.type === 'heard') told.push(output.message);
    }
    t.deepEqual(told, [
      { type: 'heard', words: [], wrong: 1 },
      { type: 'heard', words: [], wrong: 1 },
    ]);
  });
}
