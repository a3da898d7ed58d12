import test from 'ava';
import { type RecordedPacket, readRecording, writeRecording } from '../../../simulations/load/recording.ts';

const video = { kind: 'video', beginsKeyframe: false, endsFrame: false } as const;
const packets: readonly RecordedPacket[] = [
  { ...video, atMs: 0, payloadBytes: 1078, beginsKeyframe: true },
  { ...video, atMs: 0, payloadBytes: 1077, endsFrame: true },
  { kind: 'audio', atMs: 7.2, payloadBytes: 81, beginsKeyframe: false, endsFrame: false },
  { ...video, atMs: 33.4, payloadBytes: 400 },
  { ...video, atMs: 38.4, payloadBytes: 400, beginsKeyframe: true, endsFrame: true },
];

test('what is written is read again; what came together has one line', t => {
  const text = writeRecording('a camera', packets);
  t.deepEqual(text.split('\n'), ['# a camera', '0.0 k1078 m1077', '7.2 a81', '33.4 v400', '38.4 K400', '']);
  t.deepEqual(readRecording(text), packets);
});

test('packets within half a millisecond count as come together', t => {
  const [first] = packets;
  const text = writeRecording('two', [first!, { ...first!, atMs: 0.4 }, { ...first!, atMs: 0.6 }]);
  t.deepEqual(text.split('\n').slice(1), ['0.0 k1078 k1078', '0.6 k1078', '']);
});

for (const line of ['soon v1', '0.0', '0.0 x12', '0.0 v', '0.0 v1x']) {
  test(`'${line}' is refused with its number`, t => {
    t.throws(() => readRecording(`# a camera\n${line}\n`), { message: /^line 2/ });
  });
}
