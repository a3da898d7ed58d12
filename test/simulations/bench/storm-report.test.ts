import test from 'ava';
import {
  type EncoderSample,
  type JoinOutcome,
  mostAskedInASecond,
  type StormRun,
  stormReportOf,
} from '../../../simulations/bench/storm-report.ts';

function sample(wallMs: number, changes: Partial<EncoderSample> = {}): EncoderSample {
  const zero = { qpSum: 0, framesEncoded: 0, keyFramesEncoded: 0, frameHeight: 360, keyframesAsked: 0 };
  return { ...zero, ...changes, wallMs };
}

/** 94 that took 100 ms, five that took 700, and one that failed. */
const joins: readonly JoinOutcome[] = [
  ...Array.from({ length: 94 }, (): JoinOutcome => ({ connectedMs: 20, firstFrameMs: 100, lagMs: 3 })),
  ...Array.from({ length: 5 }, (): JoinOutcome => ({ connectedMs: 300, firstFrameMs: 700, lagMs: 40.04 })),
  { failure: 'no whole keyframe within 6 s', connectedMs: 20 },
];

const run: StormRun = {
  joins,
  seconds: 10,
  stayMs: 6000,
  viewersMax: 60,
  packets: 33_000,
  before: [
    sample(0, { qpSum: 100, framesEncoded: 10 }),
    sample(10_000, { qpSum: 9100, framesEncoded: 310, keyframesAsked: 3, keyFramesEncoded: 4 }),
  ],
  during: [
    sample(10_000, { qpSum: 9100, framesEncoded: 310, keyframesAsked: 3, keyFramesEncoded: 4 }),
    sample(15_000, { qpSum: 12_000, framesEncoded: 400, keyframesAsked: 3, frameHeight: 270 }),
    sample(20_000, { qpSum: 18_100, framesEncoded: 510, keyframesAsked: 12, keyFramesEncoded: 14 }),
  ],
  cpu: { server: 0.9, load: 0.456, publisher: 0.2, machine: 1.9 },
  cores: 2,
};

test('quantiles of first frames, a join that failed counting as the whole stay', t => {
  t.like(stormReportOf(run), {
    joins: 100,
    packets: 33_000,
    failed: 1,
    firstFrameMsP50: 100,
    firstFrameMsP95: 700,
    firstFrameMsP99: 700,
    firstFrameMsMax: 6000,
    connectedMsP50: 20,
    connectedMsP95: 20,
  });
});

test('why joins failed, the commonest reason first', t => {
  const failures = ['a', 'b', 'b'].map(failure => ({ failure }));
  t.deepEqual(stormReportOf({ ...run, joins: failures }).failures, [
    { reason: 'b', count: 2 },
    { reason: 'a', count: 1 },
  ]);
});

test('the encoder before and during: QP a frame, frames a second, the least height, keyframes', t => {
  t.like(stormReportOf(run), {
    qpBefore: 30,
    qpDuring: 45,
    fpsBefore: 30,
    fpsDuring: 20,
    frameHeightBefore: 360,
    frameHeightDuring: 270,
    keyframesAsked: 9,
    keyframesEncoded: 10,
  });
});

test('how far newcomers are behind, and of how many that is known', t => {
  t.like(stormReportOf(run), { lagMsP50: 3, lagMsP99: 40, lagMsMax: 40, lagViewers: 99 });
  const unknown = stormReportOf({ ...run, joins: [{ failure: 'a' }] });
  t.is(unknown.lagViewers, 0);
  t.false('lagMsP50' in unknown);
});

test('cores, as far as the system tells', t => {
  t.like(stormReportOf(run), { serverCpu: 0.9, loadCpu: 0.46, publisherCpu: 0.2, machineCpu: 1.9, cores: 2 });
  const cpu = { server: undefined, load: undefined, publisher: undefined, machine: 1 };
  t.false('serverCpu' in stormReportOf({ ...run, cpu }));
});

test('an encoder that was not seen is an error, and so is a storm without joins', t => {
  t.throws(() => stormReportOf({ ...run, during: [sample(1)] }), { message: /did not tell/ });
  t.throws(() => stormReportOf({ ...run, joins: [] }), { instanceOf: RangeError });
});

/** Samples every 100 ms, with what was asked in the 100 ms before each. */
function asking(counts: readonly number[]): readonly EncoderSample[] {
  let keyframesAsked = 0;
  return counts.map((count, i) => {
    keyframesAsked += count;
    return sample(i * 100, { keyframesAsked });
  });
}

const second = Array.from({ length: 9 }, () => 0);

for (const [what, counts, most] of [
  ['nothing', [0, 0, 0], 0],
  ['one a second', [0, 1, ...second, 1, ...second, 1], 1],
  ['two at once', [0, 2, ...second, 1], 2],
  ['two in half a second', [0, 1, 0, 0, 0, 0, 1, ...second], 2],
  ['before the first sample', [7, 0, 0], 0],
] as const) {
  test(`the most asked in a second: ${what}`, t => t.is(mostAskedInASecond(asking(counts)), most));
}
