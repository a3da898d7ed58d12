import test from 'ava';
import { parseRtcp } from '../../../transports/rtcp/parse.ts';
import { TransportFeedbackRecorder } from '../../../transports/rtcp/transport-feedback.ts';
import { after, sequenceStarts } from '../rtp/sequence-starts.ts';

/** What each feedback that is due tells: its base, its count of statuses, and what arrived when. */
function told(recorder: TransportFeedbackRecorder) {
  const all = [];
  for (let bytes = recorder.poll(); bytes !== undefined; bytes = recorder.poll()) {
    const [packet] = parseRtcp(bytes)!;
    if (packet?.kind !== 'transport-feedback') throw new Error('not feedback');
    all.push(packet);
  }
  return all;
}

test('tells within 100 ms of the first packet, and is silent while nothing comes', t => {
  const recorder = new TransportFeedbackRecorder(9);
  t.is(recorder.deadline(), undefined);
  recorder.receive(1000, 5, 77);
  recorder.receive(1030, 6, 78);
  t.deepEqual(recorder.deadline(), { atMs: 1100, reason: 'transport feedback' });
  recorder.advance(1099);
  t.is(recorder.poll(), undefined);
  recorder.advance(1100);
  t.deepEqual(told(recorder), [
    {
      kind: 'transport-feedback',
      senderSsrc: 9,
      mediaSsrc: 78,
      baseSequenceNumber: 5,
      statusCount: 2,
      feedbackCount: 0,
      arrivals: [
        { sequenceNumber: 5, atMs: 1000 },
        { sequenceNumber: 6, atMs: 1030 },
      ],
    },
  ]);
  t.is(recorder.deadline(), undefined);
  recorder.advance(9000);
  t.is(recorder.poll(), undefined);
  recorder.receive(9000, 7, 77);
  t.is(recorder.deadline()?.atMs, 9100);
});

test('tells sooner when many packets come', t => {
  const recorder = new TransportFeedbackRecorder(9);
  for (let step = 0; step < 199; step += 1) recorder.receive(1000 + step / 10, step, 1);
  t.is(recorder.poll(), undefined);
  recorder.receive(1020, 199, 1);
  t.is(told(recorder)[0]?.statusCount, 200);
});

test('from any start, each packet is told once, losses included, and feedback is numbered', t => {
  for (const start of sequenceStarts) {
    const recorder = new TransportFeedbackRecorder(9);
    const arrived: number[] = [];
    let next = start;
    for (let round = 0; round < 260; round += 1) {
      for (let step = 0; step < 10; step += 1) {
        if (step !== 3 && step !== 9)
          recorder.receive(round * 100 + step, after(start, round * 10 + step), 1);
      }
      recorder.advance(round * 100 + 100);
      for (const feedback of told(recorder)) {
        t.is(feedback.baseSequenceNumber, next);
        t.is(feedback.feedbackCount, round & 0xff);
        next = after(next, feedback.statusCount);
        arrived.push(...feedback.arrivals.map(one => one.sequenceNumber));
      }
    }
    t.is(arrived.length, 260 * 8);
    t.is(new Set(arrived).size, arrived.length);
    t.is(next, after(start, 259 * 10 + 9));
  }
});

test('a silence too long for one delta makes two packets', t => {
  const recorder = new TransportFeedbackRecorder(9);
  recorder.receive(0, 0, 1);
  recorder.receive(9000, 2, 1);
  recorder.advance(9000);
  t.deepEqual(
    told(recorder).map(feedback => [feedback.baseSequenceNumber, feedback.arrivals]),
    [
      [0, [{ sequenceNumber: 0, atMs: 0 }]],
      [1, [{ sequenceNumber: 2, atMs: 9000 }]],
    ],
  );
});
