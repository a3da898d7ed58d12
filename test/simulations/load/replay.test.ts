import test from 'ava';
import { type RecordedPacket, readRecording } from '../../../simulations/load/recording.ts';
import { Replay } from '../../../simulations/load/replay.ts';

const recording = readRecording('0.0 k900 m901\n10.0 a80\n33.0 v500\n38.0 m501\n40.0 a81\n66.0 m300\n');

/** Plays until `untilMs`; a keyframe is asked for from `askedAtMs` on until one begins. */
function play(replay: Replay, untilMs: number, askedAtMs = Number.POSITIVE_INFINITY) {
  const sent: string[] = [];
  let asked = askedAtMs;
  while (replay.dueAtMs < untilMs) {
    const atMs = replay.dueAtMs;
    const packet = replay.take(atMs >= asked);
    if (packet?.beginsKeyframe && atMs >= asked) asked = Number.POSITIVE_INFINITY;
    if (packet !== undefined)
      sent.push(`${Math.round(atMs)} ${packet.payloadBytes}${packet.beginsFrame ? '*' : ''}`);
  }
  return sent;
}

test('round after round, with the time of a frame between', t => {
  const round = (atMs: number) =>
    [
      [0, '900*'],
      [0, '901'],
      [10, '80'],
      [33, '500*'],
      [38, '501'],
      [40, '81'],
      [66, '300*'],
    ].map(([after, what]) => `${Math.round(atMs + Number(after))} ${what}`);
  const replay = new Replay(recording, true, 1000);
  t.deepEqual(play(replay, 1198), [...round(1000), ...round(1000 + 66 + 1000 / 30)]);
});

test('without sound only the picture', t => {
  t.deepEqual(play(new Replay(recording, false, 0), 99), ['0 900*', '0 901', '33 500*', '38 501', '66 300*']);
});

test('a keyframe that is asked for comes whole, in place of the next frame; sound goes on', t => {
  const between = play(new Replay(recording, true, 0), 99, 12);
  t.deepEqual(between, ['0 900*', '0 901', '10 80', '33 900*', '33 901', '40 81', '66 300*']);
});

test('asked for in the middle of a frame it waits for the end of that', t => {
  const within = play(new Replay(recording, true, 0), 99, 34);
  t.deepEqual(within, ['0 900*', '0 901', '10 80', '33 500*', '38 501', '40 81', '66 900*', '66 901']);
});

test('a recording that begins with no keyframe is refused', t => {
  const late: readonly RecordedPacket[] = recording.slice(2);
  t.throws(() => new Replay(late, true, 0), { instanceOf: RangeError });
});
