import test from 'ava';
import fc from 'fast-check';
import { soakTable } from '../../../gateway/cli/soak/soak-table.ts';
import { soakReportOf } from '../../../simulations/soak/soak-report.ts';
import { shown } from '../../../simulations/soak/soak-shown.ts';
import { at, soakRun } from './soak-run.ts';

const outside = {
  viewer: 'two',
  stream: 'room-0-0',
  kind: 'audio',
  fromMs: at(2000),
  toMs: at(2004),
} as const;

test('all that is claimed holds: what was made to go wrong explains what students went without', t => {
  const report = soakReportOf(soakRun());
  t.true(report.ok);
  t.deepEqual(report.failures, []);
  t.deepEqual(report.incidents, [
    {
      kind: 'relay-killed',
      target: 'beijing-relay',
      atS: 100,
      untilS: 100,
      interruptions: 2,
      longestMs: 3000,
    },
  ]);
  t.deepEqual(report.delayMs, { video: { p50: 25.5, p99: 40, max: 40 } });
  t.deepEqual(report.cores, { nodes: 0.05, clients: 0.05, machine: 1 });
  t.deepEqual(report.stalls, { count: 1, secondsTogether: 0.5, secondsMax: 0.5 });
  t.deepEqual(
    report.processes.map(({ name, fromS, toS, mbPerHour }) => [name, fromS, toS, mbPerHour]),
    [
      ['relay', 0, 3600, 0],
      ['clients', 0, 3600, 500],
    ],
  );
});

for (const [what, run, failure] of [
  [
    'an interruption that nothing explains',
    soakRun({}, { gaps: [outside] }),
    /^1 interruptions outside of incidents$/,
  ],
  [
    'memory that grows by 40 MB an hour',
    soakRun({ mb: minute => (40 * minute) / 60 }),
    /^relay \(pid 7\) grew by 33.3 MB, 40 MB an hour$/,
  ],
  [
    'a descriptor for each of 98 viewers in an hour',
    soakRun({ descriptors: minute => Math.floor((98 * minute) / 60), othersRestarted: 8 }),
    /^relay \(pid 7\) opened 8\d(\.\d)? descriptors more than it closed, 9[78](\.\d)? an hour$/,
  ],
  [
    'an incident that could not be made',
    soakRun({}, {}, { troubles: ['503 from there'] }),
    /^503 from there$/,
  ],
] as const) {
  test(`${what} is a failure, which its table and its page tell`, t => {
    const report = soakReportOf(run);
    t.false(report.ok);
    t.is(report.failures.length, 1);
    t.regex(report.failures[0]!, failure);
    const { ok, violations } = shown(report);
    t.false(ok);
    t.is(violations.length, 1);
  });
}

/** Of a tooth's height how much there is. */
const tooth = (minute: number, everyMin: number) => (minute % everyMin) / everyMin;

for (const everyMin of [1, 3, 5, 7, 12]) {
  test(`tens of MB that V8 collects every ${everyMin} minutes are no growth`, t => {
    const run = soakRun({ mb: minute => 40 * tooth(minute, everyMin) });
    t.deepEqual(soakReportOf(run).growing, []);
  });
}

for (const everyMin of [3, 5, 7]) {
  test(`nor do they hide a leak of 40 MB an hour: every ${everyMin} minutes`, t => {
    const run = soakRun({ mb: minute => 40 * tooth(minute, everyMin) + (40 * minute) / 60 });
    t.is(soakReportOf(run).growing.length, 1);
  });
}

test('garbage that V8 lets come to more and more before it collects it is no growth', t => {
  const run = soakRun({ mb: minute => 2 * minute * tooth(minute, 5) });
  t.deepEqual(soakReportOf(run).growing, []);
});

const others = 8;
const wandering = fc.array(fc.integer({ min: 0, max: 3 * others }), { minLength: 61, maxLength: 61 });
const stepping = fc
  .integer({ min: 0, max: 60 })
  .map(at => Array.from({ length: 61 }, (_, minute) => (minute < at ? 0 : 3 * others)));

test('descriptors of links that are dialled now by one end and now by the other are no growth', t => {
  fc.assert(
    fc.property(fc.oneof(wandering, stepping), more => {
      const run = soakRun({ descriptors: minute => more[minute]!, othersRestarted: others });
      t.deepEqual(soakReportOf(run).growing, []);
    }),
  );
});

test('its table and its page name incidents, interruptions and processes', t => {
  const report = soakReportOf(soakRun({}, { gaps: [outside] }));
  const table = soakTable(report);
  for (const words of [
    'relay-killed',
    '2000 s  two: no audio for 4000 ms',
    'a link ended',
    'video p50 25.5 ms',
  ])
    t.true(table.includes(words), `${words} in\n${table}`);
  const page = shown(report);
  t.is(page.command, 'zrtc soak --hours 1 --seed 1 --link delay=20,loss=1');
  t.deepEqual(
    page.timeline.map(({ atMs, untilMs, kind }) => [atMs, untilMs, kind]),
    [
      [100_000, 100_000, 'fault'],
      [2_000_000, 2_004_000, 'interruption'],
    ],
  );
  t.deepEqual(page.plots[3]?.series[0]?.points.at(-1), [3_600_000, 200]);
});
