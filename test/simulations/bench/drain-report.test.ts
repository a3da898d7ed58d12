import test from 'ava';
import { type DrainedViewer, drainReportOf } from '../../../simulations/bench/drain-report.ts';

const viewer = (gapMs: number, more: Partial<DrainedViewer> = {}): DrainedViewer => ({
  node: 'edge-2',
  gapMs,
  wasTold: true,
  refused: 0,
  ...more,
});
const machine = { machineCpu: 0.504, cores: 2 };

test('each drain has its figures, and the report those of the worst', t => {
  const gaps = Array.from({ length: 100 }, (_, i) => viewer(500 + i));
  const report = drainReportOf(
    [
      { by: 'drain', node: 'edge-1', viewers: gaps, endedMs: 5_432, limitMs: 10_000 },
      { by: 'sigterm', node: 'edge-2', viewers: [viewer(700)], endedMs: 4_000, limitMs: 25_000 },
    ],
    machine,
  );
  t.like(report, { viewers: 1, gapMsP50: 700, gapMsP99: 700, gapMsMax: 700, endedSeconds: 5.4 });
  t.like(report, { machineCpu: 0.5, cores: 2 });
  t.like(report.drains[0], {
    by: 'drain',
    viewers: 100,
    gapMsP50: 549,
    gapMsP99: 598,
    gapMsMax: 599,
    endedSeconds: 5.4,
    limitSeconds: 10,
    left: 0,
  });
  t.like(report.drains[1], { by: 'sigterm', left: 1 });
});

test('who was not told, was sent away, or stayed is counted', t => {
  const viewers = [
    viewer(600, { wasTold: false }),
    viewer(3000, { refused: 2 }),
    viewer(10_000, { node: 'edge-1', refused: 1 }),
  ];
  const { drains } = drainReportOf(
    [{ by: 'drain', node: 'edge-1', viewers, endedMs: 10_000, limitMs: 10_000 }],
    machine,
  );
  t.like(drains[0], { untold: 1, refused: 3, left: 1, gapMsMax: 10_000 });
});
