import test from 'ava';
import { fakeActors, shardReport, timeout } from '../fake-actors.ts';
import { serve } from '../serve.ts';

test('requests are counted by route and status, never by path', async t => {
  const { fetch } = await serve(t);
  await fetch('GET', '/api/sessions/push-0-abc');
  await fetch('GET', '/api/sessions/push-0-def');
  await fetch('GET', '/nothing/here');
  const response = await fetch('GET', '/metrics');
  t.regex(response.headers.get('Content-Type')!, /^text\/plain; version=0\.0\.4/);
  const text = await response.text();
  t.regex(text, /^zrtc_http_requests_total\{route="\/api\/sessions\/:session",status="200"\} 2$/m);
  t.regex(text, /^zrtc_http_requests_total\{route="pages",status="404"\} 1$/m);
  t.regex(text, /^zrtc_http_request_duration_seconds_count\{.*"\/api\/sessions\/:session".*\} 2$/m);
  t.notRegex(text, /push-0-abc/);
});

test("the shards' counters are added up, and a silent shard is down", async t => {
  const counters = { packets_in_total: 10, 'packets_dropped_total{reason="late"}': 2, slab_bytes: 5 };
  const both = await serve(t, fakeActors({ report: shardReport(0, { counters }) }));
  const text = await (await both.fetch('GET', '/metrics')).text();
  t.regex(text, /^# TYPE zrtc_packets_in_total counter\nzrtc_packets_in_total 20$/m);
  t.regex(text, /^zrtc_packets_dropped_total\{reason="late"\} 4$/m);
  t.regex(text, /^# TYPE zrtc_slab_bytes gauge\nzrtc_slab_bytes 10$/m);
  t.regex(text, /^zrtc_shard_up\{shard="1"\} 1$/m);

  const report = ({ path }: { path: string }) =>
    path.endsWith('1') ? timeout : shardReport(0, { viewers: 3 });
  const one = await serve(t, fakeActors({ report }));
  const rest = await (await one.fetch('GET', '/metrics')).text();
  t.regex(rest, /^zrtc_shard_up\{shard="1"\} 0$/m);
  t.regex(rest, /^zrtc_shard_viewers\{shard="0"\} 3$/m);
});

test("the process's own metrics are there on request", async t => {
  const { fetch } = await serve(t, fakeActors(), { processMetrics: true });
  t.regex(await (await fetch('GET', '/metrics')).text(), /^process_resident_memory_bytes \d+$/m);
});
