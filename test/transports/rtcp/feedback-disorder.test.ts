import test from 'ava';
import fc from 'fast-check';
import type { TransportFeedback } from '../../../transports/rtcp/packets.ts';
import { parseRtcp } from '../../../transports/rtcp/parse.ts';
import { TransportFeedbackRecorder } from '../../../transports/rtcp/transport-feedback.ts';
import { after, sequenceStarts } from '../rtp/sequence-starts.ts';

function told(recorder: TransportFeedbackRecorder, nowMs: number): TransportFeedback[] {
  recorder.advance(nowMs);
  const all: TransportFeedback[] = [];
  for (let bytes = recorder.poll(); bytes !== undefined; bytes = recorder.poll()) {
    const [packet] = parseRtcp(bytes)!;
    if (packet?.kind === 'transport-feedback') all.push(packet);
    if (all.length > 100) throw new Error('tells without end');
  }
  return all;
}

test('from any start, the order of arrival does not change the order of the telling', t => {
  for (const start of sequenceStarts) {
    const recorder = new TransportFeedbackRecorder(1);
    [2, 0, 1, 5].forEach((step, index) => {
      recorder.receive(index * 8, after(start, step), 1);
    });
    const [feedback] = told(recorder, 100);
    t.like(feedback, { baseSequenceNumber: start, statusCount: 6 });
    t.deepEqual(
      feedback?.arrivals,
      [
        [0, 8],
        [1, 16],
        [2, 0],
        [5, 24],
      ].map(([step, atMs]) => ({ sequenceNumber: after(start, step!), atMs: atMs! })),
    );
  }
});

test('of a packet that comes twice, the first arrival counts, before and after its feedback', t => {
  const recorder = new TransportFeedbackRecorder(1);
  recorder.receive(0, 7, 1);
  recorder.receive(40, 7, 1);
  t.deepEqual(told(recorder, 100)[0]?.arrivals, [{ sequenceNumber: 7, atMs: 0 }]);
  recorder.receive(200, 7, 1);
  t.is(recorder.deadline(), undefined);
});

test('a packet that comes after it was told lost is told in the next feedback', t => {
  for (const start of sequenceStarts) {
    const recorder = new TransportFeedbackRecorder(1);
    for (const step of [0, 2, 3]) recorder.receive(step, after(start, step), 1);
    t.is(told(recorder, 100)[0]?.statusCount, 4);
    recorder.receive(120, after(start, 1), 1);
    recorder.receive(121, after(start, 4), 1);
    const [feedback, ...more] = told(recorder, 220);
    t.deepEqual(more, []);
    t.is(feedback?.baseSequenceNumber, after(start, 1));
    t.deepEqual(
      feedback?.arrivals,
      [
        [1, 120],
        [2, 2],
        [3, 3],
        [4, 121],
      ].map(([step, atMs]) => ({ sequenceNumber: after(start, step!), atMs: atMs! })),
    );
    recorder.receive(230, after(start, 5), 1);
    t.is(told(recorder, 330)[0]?.baseSequenceNumber, after(start, 5));
  }
});

test('a jump either way past the window is a sender that began anew', t => {
  for (const start of sequenceStarts) {
    for (const jump of [1024, 30_000, -1024, -30_000]) {
      const recorder = new TransportFeedbackRecorder(1);
      recorder.receive(0, start, 1);
      told(recorder, 100);
      recorder.receive(200, after(start, jump), 1);
      recorder.receive(201, after(start, jump + 2), 1);
      const [feedback] = told(recorder, 300);
      t.like(feedback, { baseSequenceNumber: after(start, jump), statusCount: 3 });
    }
  }
});

test('just inside the window, the past is still told', t => {
  const recorder = new TransportFeedbackRecorder(1);
  recorder.receive(0, 2000, 1);
  recorder.receive(1, 977, 1);
  const feedback = told(recorder, 100);
  t.like(feedback[0], { baseSequenceNumber: 977, statusCount: 1024 });
});

test('what has left the window before its feedback is told no more', t => {
  const recorder = new TransportFeedbackRecorder(1);
  for (const sequenceNumber of [0, 1000, 2000]) recorder.receive(1, sequenceNumber, 1);
  const [feedback, ...more] = told(recorder, 101);
  t.like(feedback, { baseSequenceNumber: 977, statusCount: 1024 });
  t.deepEqual(
    feedback?.arrivals.map(one => one.sequenceNumber),
    [1000, 2000],
  );
  t.deepEqual(more, []);
});

test('whatever comes, feedback ends, fits a datagram, and tells each packet at the time it came', t => {
  const arrival = fc.tuple(
    fc.oneof(
      { weight: 9, arbitrary: fc.integer({ min: -20, max: 30 }) },
      { weight: 1, arbitrary: fc.nat(0xffff) },
    ),
    fc.nat(3000),
  );
  fc.assert(
    fc.property(fc.array(arrival, { maxLength: 80 }), arrivals => {
      const recorder = new TransportFeedbackRecorder(1);
      const times = new Map<number, Set<number>>();
      let nowMs = 0;
      let sequenceNumber = 65_500;
      for (const [step, waitMs] of arrivals) {
        nowMs += waitMs;
        sequenceNumber = after(sequenceNumber, step);
        recorder.receive(nowMs, sequenceNumber, 1);
        times.set(sequenceNumber, (times.get(sequenceNumber) ?? new Set()).add(nowMs));
        for (const feedback of told(recorder, nowMs)) {
          for (const one of feedback.arrivals)
            if (!times.get(one.sequenceNumber)?.has(one.atMs)) return false;
        }
        const due = recorder.deadline();
        if (due !== undefined && due.atMs <= nowMs) return false;
      }
      return true;
    }),
    { numRuns: 300 },
  );
  t.pass();
});
