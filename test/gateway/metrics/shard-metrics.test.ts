import test from 'ava';
import { shardMetrics } from '../../../gateway/metrics/shard-metrics.ts';
import { shardReport } from '../fake-actors.ts';

test('a metric with several label values has one type line', t => {
  const counters = { 'drops_total{reason="a",kind="x"}': 1, other: 7, 'drops_total{reason="b",kind="x"}': 2 };
  t.true(
    shardMetrics([shardReport(0, { counters })]).includes(
      '# TYPE zrtc_drops_total counter\n' +
        'zrtc_drops_total{reason="a",kind="x"} 1\nzrtc_drops_total{reason="b",kind="x"} 2\n',
    ),
  );
});

test('what would spoil the page for Prometheus is left out', t => {
  const counters = { 'a b': 1, 'x{y="z"} 5\nfake': 1, 'n{l="a"b"}': 1, nan: Number.NaN, good: 1 };
  t.deepEqual(
    shardMetrics([shardReport(0, { counters })])
      .split('\n')
      .filter(line => line !== '' && !line.includes('zrtc_shard_')),
    ['# TYPE zrtc_good gauge', 'zrtc_good 1'],
  );
});

test('how busy each shard is, by shard', t => {
  const load = { publishers: 0, viewers: 0, packetsPerSecond: 0 };
  const text = shardMetrics(
    [shardReport(0), shardReport(1)],
    [
      { ...load, shard: 0, utilisation: 0.25, isOverloaded: false },
      { ...load, shard: 1, utilisation: 0.9, isOverloaded: true },
    ],
  );
  t.regex(text, /^zrtc_shard_utilisation\{shard="0"\} 0\.25$/m);
  t.regex(text, /^zrtc_shard_utilisation\{shard="1"\} 0\.9$/m);
  t.regex(text, /^zrtc_shard_overloaded\{shard="0"\} 0$/m);
  t.regex(text, /^zrtc_shard_overloaded\{shard="1"\} 1$/m);
});
