/** What relay links tell of themselves, for /metrics: by name, without the `zrtc_` prefix, a series a peer. */
import type { RelayLink } from '../../transports/relay/link.ts';
import type { RelayLinks } from '../../transports/relay/links.ts';
import { metricName } from './metric-names.ts';

/**
 * `relay_link_…{peer,role,shard}`: figures are gauges (the greatest where a peer has several links), counts are added up.
 * `relay_…_total`: datagrams that belong to no link.
 */
export function relayMetrics(nowMs: number, shard: number, links: RelayLinks): Record<string, number> {
  const up = [...links.up()];
  const metrics: Record<string, number> = {
    relay_links: up.length,
    relay_links_half_open: links.halfOpenCount,
  };
  for (const [name, count] of Object.entries(links.counters))
    metrics[`relay_${metricName(name)}_total`] = count;
  for (const link of up) addLink(metrics, nowMs, shard, link);
  return metrics;
}

function addLink(metrics: Record<string, number>, nowMs: number, shard: number, link: RelayLink): void {
  const labels = `{peer="${link.peer?.node}",role="${link.role}",shard="${shard}"}`;
  for (const [name, value] of Object.entries(link.figures(nowMs))) {
    const key = `relay_link_${metricName(name)}${labels}`;
    metrics[key] = Math.max(metrics[key] ?? 0, rounded(value));
  }
  const counts = { ...link.counters, retransmissions: link.retransmissions };
  for (const [name, count] of Object.entries(counts)) {
    const key = `relay_link_${metricName(name)}_total${labels}`;
    metrics[key] = (metrics[key] ?? 0) + count;
  }
}

/** To a thousandth: more would be noise. */
function rounded(value: number): number {
  return Math.round(value * 1_000) / 1_000;
}
