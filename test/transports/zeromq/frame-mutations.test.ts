import test from 'ava';
import fc from 'fast-check';
import {
  beatFrame,
  byeFrame,
  helloFrame,
  itemsFrame,
  keepFrame,
  type Parts,
  parseFrame,
} from '../../../transports/zeromq/frame.ts';
import type { Hello } from '../../../transports/zeromq/hello.ts';
import { HEAD_MAX_BYTES } from '../../../transports/zeromq/limits.ts';
import { ownVersions } from '../../../transports/zeromq/versions.ts';

const hello: Hello = {
  node: 'push-1',
  incarnation: 1_767_225_600_000,
  versions: ownVersions,
  endpoint: 'tcp://127.0.0.1:7200',
  facts: { site: 'north', roles: ['push'] },
};
const bytesOf = (parts: Parts) => parts.map(part => Buffer.from(part as string));
const parse = (...parts: string[]) => parseFrame(bytesOf(parts));

const frames: readonly (readonly [Parts, unknown])[] = [
  [helloFrame(3, hello), { kind: 'hello', epoch: 3, hello }],
  [keepFrame(0), { kind: 'keep', epoch: 0 }],
  [itemsFrame(7, '[{"n":1},null]'), { kind: 'items', epoch: 7, items: [{ n: 1 }, null] }],
  [beatFrame(7), { kind: 'beat', epoch: 7 }],
  [
    byeFrame(1, 'a', { code: 'silent', words: 'not heard\nfor long' }),
    { kind: 'bye', epoch: 1, node: 'a', code: 'silent', words: 'not heard for long' },
  ],
];

test('each frame is read as it was written', t => {
  for (const [parts, frame] of frames) t.deepEqual(parseFrame(bytesOf(parts)) as unknown, frame);
});

const none: readonly (readonly [parts: string[], words: string])[] = [
  [[], 'what is no frame'],
  [[''], 'what is no frame'],
  [['null'], 'what is no frame'],
  [['{"kind":"beat","epoch":1'], 'what is no frame'],
  [[`{"kind":"beat","epoch":1,"x":"${'x'.repeat(HEAD_MAX_BYTES)}"}`], 'what is no frame'],
  [['[]'], 'a frame without an epoch'],
  [['{"kind":"beat","epoch":-1}'], 'a frame without an epoch'],
  [['{"kind":"beat","epoch":1.5}'], 'a frame without an epoch'],
  [['{"kind":"beat","epoch":1}', ''], 'a frame with a wrong number of parts'],
  [['{"kind":"items","epoch":1}'], 'a frame with a wrong number of parts'],
  [['{"kind":"items","epoch":1}', '[', ''], 'a frame with a wrong number of parts'],
  [['{"kind":"items","epoch":1}', '{}'], 'items that are no list'],
  [['{"kind":"items","epoch":1}', '[1'], 'items that are no list'],
  [['{"kind":"toString","epoch":1}'], 'an unknown kind of frame'],
  [['{"epoch":1}'], 'an unknown kind of frame'],
  [['{"kind":{},"epoch":1}'], 'an unknown kind of frame'],
];

test('what is no frame is said to be none, and why', t => {
  for (const [parts, words] of none) t.deepEqual(parse(...parts), { kind: 'none', words }, parts[0]);
});

const helloFields = { kind: 'hello', epoch: 1, node: 'a', incarnation: 1, version: 1, lowest: 1, facts: {} };
const wrongHellos: readonly Record<string, unknown>[] = [
  { node: '' },
  { node: 'with space' },
  { node: 'a\n' },
  { node: 'x'.repeat(64) },
  { node: 7 },
  { incarnation: '1' },
  { incarnation: 2 ** 53 },
  { version: undefined },
  { lowest: 2 },
  { lowest: null },
  { facts: [] },
  { facts: null },
  { endpoint: 1 },
  { endpoint: 'x'.repeat(301) },
];

test('a hello with a wrong field is none; what is not known is left out', t => {
  for (const wrong of wrongHellos) {
    const { kind } = parse(JSON.stringify({ ...helloFields, ...wrong }));
    t.is(kind, 'none', JSON.stringify(wrong));
  }
  t.deepEqual(parse(JSON.stringify({ ...helloFields, later: true })), parse(JSON.stringify(helloFields)));
});

test('a farewell of a later version is understood as far as it goes', t => {
  t.deepEqual(parse('{"kind":"bye","epoch":1,"code":"moon","words":{"toString":1},"node":{}}'), {
    kind: 'bye',
    epoch: 1,
    code: 'other',
    words: '',
  });
});

test('words are cut, and hold nothing that moves a cursor', t => {
  const frame = parse(JSON.stringify({ kind: 'bye', epoch: 1, words: `\u001b[2J${'x'.repeat(1_000)}` }));
  t.true(frame.kind === 'bye' && frame.words.length === 200 && !/\p{C}/u.test(frame.words));
});

test('no mutation of a frame makes the parser throw', t => {
  const mutation = fc.record({
    frame: fc.nat({ max: frames.length - 1 }),
    part: fc.nat({ max: 1 }),
    at: fc.nat({ max: 200 }),
    cut: fc.nat({ max: 20 }),
    bytes: fc.uint8Array({ maxLength: 6 }),
  });
  const seen = new Set<string>();
  fc.assert(
    fc.property(fc.array(mutation, { minLength: 1, maxLength: 4 }), mutations => {
      const parts = bytesOf(frames[mutations[0]!.frame]![0]);
      for (const { part, at, cut, bytes } of mutations) {
        const whole = parts[part] ?? Buffer.alloc(0);
        const from = at % (whole.length + 1);
        parts[part] = Buffer.concat([whole.subarray(0, from), bytes, whole.subarray(from + cut)]);
      }
      const frame = parseFrame(parts);
      seen.add(frame.kind);
      if (frame.kind === 'bye') return frame.words.length <= 200;
      if (frame.kind === 'hello') return frame.hello.node.length <= 63;
      return true;
    }),
    { seed: 20_260_101, numRuns: 5_000 },
  );
  t.true(seen.has('none') && seen.size > 3, [...seen].join());
});
