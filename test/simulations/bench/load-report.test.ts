import test from 'ava';
import { figuresOf } from '../../../simulations/bench/load-report.ts';
import type { LoadRun } from '../../../simulations/bench/load-run.ts';
import type { LoadOutcome } from '../../../simulations/bench/load-viewers.ts';
import { type ReferenceCase, referenceReportOf } from '../../../simulations/bench/reference.ts';

const delays = (count: number) => Float64Array.from({ length: count }, (_, i) => i + 1);

const viewer: LoadOutcome = { streamIndex: 0, shard: 0, packets: 100, bytes: 80_000, lost: 0 };
const run: LoadRun = {
  outcomes: [
    { ...viewer, delaysMs: delays(100) },
    viewer,
    { ...viewer, streamIndex: 1, delaysMs: delays(50) },
  ],
  published: [100, 50],
  publisherShards: [0, 0],
  publisherFailures: [],
  publisherLateMsMax: 1.26,
  droppedAtViewers: 0,
  measuredMs: 2000,
  rssMb: 210.4,
  cpu: { server: 0.951, publishers: 0.1, machine: 1.9 },
  viewersCpu: [0.3, 0.26],
};

test('rates, cores and memory of a run without loss', t => {
  t.deepEqual(figuresOf(run), {
    packetsPerSecond: 150,
    gbps: 0.001,
    serverCores: 0.95,
    lost: 0,
    notForwarded: 0,
    droppedAtViewers: 0,
    failed: 0,
    delayMsP50: 38,
    delayMsP99: 99,
    delayMsMax: 100,
    rssMb: 210,
    publishersCpu: 0.1,
    viewersCpu: [0.3, 0.26],
    publisherLateMsMax: 1.3,
    machineCpu: 1.9,
  });
});

test('gaps are lost at the viewer that has them', t => {
  const outcomes = [{ ...viewer, delaysMs: delays(97), lost: 3 }, viewer, { ...viewer, lost: 2 }];
  t.like(figuresOf({ ...run, published: [100, 0], outcomes }), { lost: 5, notForwarded: 0 });
});

test('what leaves no gap and did not come is lost to all viewers of its stream', t => {
  const outcomes = [
    { ...viewer, delaysMs: delays(90), lost: 3 },
    viewer,
    viewer,
    { ...viewer, streamIndex: 1 },
  ];
  // 10 of 100 are missing, of which the gaps explain 3; nobody of the other stream tells anything.
  t.like(figuresOf({ ...run, outcomes }), { notForwarded: 7, lost: 3 + 7 * 3 });
});

test('viewers without media: how many, and mostly why', t => {
  const failures = ['no media', 'ended', 'no media'].map(failure => ({ ...viewer, failure }));
  const { failed, failure, lost } = figuresOf({ ...run, outcomes: failures });
  t.deepEqual([failed, failure, lost], [3, 'no media', 0]);
});

test('a publisher that was ended is a failure, whatever came of its stream', t => {
  const { failed, failure } = figuresOf({ ...run, publisherFailures: ['gone'] });
  t.deepEqual([failed, failure], [1, 'a publisher was ended: gone']);
});

test('without a system that tells, those figures are absent', t => {
  const figures = figuresOf({
    ...run,
    outcomes: [viewer],
    rssMb: undefined,
    droppedAtViewers: undefined,
    cpu: { server: undefined, publishers: undefined, machine: 1 },
    viewersCpu: [undefined],
  });
  for (const field of ['serverCores', 'rssMb', 'droppedAtViewers', 'publishersCpu', 'delayMsP99'])
    t.false(field in figures, field);
  t.deepEqual(figures.viewersCpu, []);
});

const figures = figuresOf(run);
function measured(audio: boolean, pulls: number, delayMsP99: number, lost = 0, failed = 0): ReferenceCase {
  return { ...figures, pulls, streams: 76, audio, delayMsP99, lost, failed };
}

test('the largest numbers of pulls, each time and both times', t => {
  const cases = [
    measured(true, 200, 3),
    measured(true, 400, 12),
    measured(true, 800, 300, 7),
    measured(false, 200, 3),
    measured(false, 400, 9.99),
    measured(false, 800, 5, 0, 1),
  ];
  t.deepEqual(referenceReportOf(cases, 2), {
    cases,
    largestUnder10Ms: 200,
    largestWithoutLoss: 400,
    largest: [
      { audio: true, under10Ms: 200, withoutLoss: 400 },
      { audio: false, under10Ms: 400, withoutLoss: 400 },
    ],
    cores: 2,
  });
});

test('where nothing is known of the delays, they are not under 10 ms', t => {
  const { delayMsP99, ...rest } = measured(true, 200, 1);
  t.is(delayMsP99, 1);
  t.like(referenceReportOf([rest], 2), { largestUnder10Ms: 0, largestWithoutLoss: 200 });
});
