import test from 'ava';
import { reportOf } from '../../../simulations/bench/path-report.ts';

/** 100 delays: 98 of them `usualMs`, and two that took ten times as long. */
function measured(usualMs: number, lost = 0) {
  return { delaysMs: [...Array(98).fill(usualMs), usualMs * 10, usualMs * 10], lost };
}

const report = reportOf([
  { hops: 1, path: measured(1), direct: measured(0.5) },
  { hops: 2, path: measured(3, 1), direct: measured(1) },
  { hops: 1, path: measured(5), direct: measured(1) },
  { hops: 2, path: measured(4, 2), direct: measured(1) },
  { hops: 1, path: measured(2), direct: measured(0.5) },
  { hops: 2, path: measured(9), direct: measured(4) },
]);

test("the nodes' own delay: of each run that of the clients, less the baseline of that run; then the median", t => {
  t.like(report.nodes[0], { hops: 1, p50Ms: 1.5, p50MsMin: 0.5, p50MsMax: 4 });
  t.like(report.nodes[0], { p99Ms: 19.5, p99MsMin: 9.5, p99MsMax: 49 });
  t.like(report.nodes[1], { hops: 2, p50Ms: 3, p50MsMin: 2, p50MsMax: 5 });
});

test('beside it what the clients measured, the baseline of those runs, and their ratio', t => {
  t.like(report.nodes[0], {
    rawP50Ms: 2,
    rawP99Ms: 20,
    baselineP50Ms: 0.5,
    baselineP99Ms: 5,
    ratioP50: 4,
  });
});

test('what a node more adds, where the path with one less was measured', t => {
  t.false('addedP50Ms' in report.nodes[0]!);
  t.is(report.nodes[1]!.addedP50Ms, 1.5);
  const alone = reportOf([{ hops: 3, path: measured(1), direct: measured(1) }]);
  t.false('addedP50Ms' in alone.nodes[0]!);
});

test('packets that came and that did not', t => {
  t.like(report.nodes[1], { packets: 300, lost: 3 });
  t.like(report.baseline, { p50Ms: 1, p50MsMin: 0.5, p50MsMax: 4, p99Ms: 10, packets: 600, lost: 0 });
});

test('a run in which nothing came is no run', t => {
  t.throws(() => reportOf([{ hops: 1, path: { delaysMs: [], lost: 60 }, direct: measured(1) }]));
});
