import test from 'ava';
import { relayMetrics } from '../../../actors/forwarding/relay-metrics.ts';
import { shardMetrics } from '../../../gateway/metrics/shard-metrics.ts';
import { EAST, grantAll, media, SOUTH, upPair, WEST } from '../../transports/relay/world.ts';

test('each link has its figures and counts, by its peer, in a form that Prometheus reads', t => {
  const { world, east, west, eastLink, westLink } = upPair({ delayMs: 20, jitterMs: 5, loss: 0.05 });
  const south = world.host(SOUTH);
  grantAll(east);
  south.open(EAST);
  west.with(westLink, (link, nowMs) => link.subscribe(nowMs, 'math-101', ['west']));
  world.run(1_500);
  for (let number = 0; number < 400; number += 1) {
    east.with(eastLink, (link, nowMs) => link.sendMedia(nowMs, 1, 'video', media(number)));
    world.run(10);
  }
  const metrics = relayMetrics(east.nowMs, 3, east.links);
  const labels = `{peer="node-${WEST}",role="accepter",shard="3"}`;
  const figure = (name: string) => metrics[`relay_link_${name}${labels}`]!;
  t.is(metrics.relay_links, 2);
  t.true(figure('rtt_ms') > 40 && figure('rtt_ms') < 60);
  t.true(figure('jitter_ms') > 0 && figure('jitter_ms') < 10);
  t.true(figure('loss') > 0.01 && figure('loss') < 0.12);
  t.true(figure('queue_age_ms') > 0 && figure('queue_age_ms') < 300);
  t.true(figure('waiting_segments') > 0);
  t.is(figure('parity_sent_total'), eastLink.counters.paritySent);
  t.true(figure('parity_sent_total') > 0);
  t.is(figure('retransmissions_total'), eastLink.retransmissions);
  t.is(metrics.relay_cookies_sent_total, east.links.counters.cookiesSent);
  const text = shardMetrics([
    {
      type: 'shard-report',
      shard: 0,
      port: 0,
      publishers: 0,
      viewers: 0,
      streams: [],
      counters: metrics,
    },
  ]);
  for (const key of Object.keys(metrics)) t.true(text.includes(`\nzrtc_${key} `), key);
});

test('two links to one peer are one series', t => {
  const { world, east, west } = upPair({ delayMs: 20 });
  west.open(EAST);
  world.run(1_000);
  const metrics = relayMetrics(east.nowMs, 0, east.links);
  t.is(metrics.relay_links, 2);
  t.is(Object.keys(metrics).filter(name => name.startsWith('relay_link_rtt_ms')).length, 1);
});
