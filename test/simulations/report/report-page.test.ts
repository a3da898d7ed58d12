import test from 'ava';
import type { Report } from '../../../simulations/report/report.ts';
import { reportPage } from '../../../simulations/report/report-page.ts';

const report: Report = {
  title: 'class',
  summary: 'a class & its <teacher>',
  explanation: ['What happens to `this & that`', 'there.'],
  command: 'zrtc simulate class --seed 7',
  ok: false,
  facts: { seed: 7, digest: 'abc' },
  figures: {
    rows: [{ line: 'good', p50Ms: 12.3456 }],
    names: ['one', 'two'],
    most: 3,
    none: [],
    others: { freezes: 0 },
  },
  violations: [{ invariant: 'no-loop', atMs: 61_000, detail: 'a "circle"' }],
  timeline: [
    { atMs: 1_000, untilMs: 9_000, kind: 'fault', what: '<script>alert(1)</script>' },
    { atMs: 4_000, untilMs: 6_000, kind: 'interruption', what: 'student-1 has no sound' },
  ],
  plots: [
    {
      title: 'Delay',
      x: 'ms',
      y: 'share',
      style: 'steps',
      yScale: 'tail',
      series: [
        {
          name: 'near',
          points: [
            [10, 0.5],
            [20, 0.99],
            [30, 1],
          ],
        },
        {
          name: 'far',
          points: [
            [30, 0.5],
            [50, 1],
          ],
        },
      ],
    },
    {
      title: 'Over time',
      x: 'time',
      y: 'ms',
      style: 'line',
      xScale: 'time',
      shades: [{ from: 2_000, to: 3_000, what: 'a bad line' }],
      series: [
        {
          name: 'median',
          points: [
            [0, 10],
            [1_000, Number.NaN],
            [2_000, 12],
          ],
        },
      ],
    },
  ],
  tree: [
    { name: 'origin' },
    { name: 'relay', parent: 'origin' },
    { name: 'edge', parent: 'relay', note: '3 students' },
  ],
};

test('the page needs nothing from elsewhere and runs no script', t => {
  const page = reportPage(report);
  t.notRegex(page, /https?:|<script|<link|src=|@import|url\(/i);
  t.regex(page, /^<!doctype html>/);
});

test('what is in the report is on the page, as text', t => {
  const page = reportPage(report);
  const shown = [
    'a class &amp; its &lt;teacher&gt;',
    'What happens to <code>this &amp; that</code> there.',
    'zrtc simulate class --seed 7',
    '1 violations',
    'no-loop',
    '1:01',
    'a &quot;circle&quot;',
    '&lt;script&gt;alert(1)&lt;/script&gt;',
    '12.346',
    '<li>two</li>',
    'edge · 3 students',
    'a bad line',
    '99 %',
  ];
  for (const text of shown) t.true(page.includes(text), text);
});

test('violations that were not kept are counted', t => {
  const page = reportPage({ ...report, violationCount: 1_234 });
  t.true(page.includes('1234 violations') && page.includes('and 1233 more'));
});

test('no coordinate is anything but a number, and a gap interrupts a line', t => {
  const page = reportPage(report);
  t.notRegex(page, /NaN|Infinity|undefined/);
  const gapped = /<title>median<\/title><path[^>]* d="(?<path>[^"]+)"/.exec(page)?.groups?.path;
  t.is(gapped?.match(/M/g)?.length, 2, gapped);
});

test('a tree that goes in a circle, and plots without a point, are drawn all the same', t => {
  const circle = [
    { name: 'a', parent: 'b' },
    { name: 'b', parent: 'a' },
  ];
  const scales = ['linear', 'log', 'time'] as const;
  const plots = scales.map(xScale => ({
    title: xScale,
    x: '',
    y: '',
    style: 'line' as const,
    xScale,
    series: [],
  }));
  const page = reportPage({ ...report, tree: circle, plots });
  t.is(page.match(/class="box"/g)?.length, 2);
  t.notRegex(page, /NaN|Infinity|undefined/);
});
