/** From the shards' counters to the text that Prometheus reads (its exposition format, version 0.0.4). */
import type { WeighedShard } from '../../actors/node/shard-choice.ts';
import type { ShardReport } from '../../actors/protocol.ts';

/** A metric's name and, in braces, its labels. Whatever is not of this form would spoil the whole page. */
const COUNTER_KEY =
  /^([a-z][a-z0-9_]*)(\{[a-z_][a-z0-9_]*="[^"\\\n]*"(?:,[a-z_][a-z0-9_]*="[^"\\\n]*")*\})?$/;

/**
 * Counters are added up over the shards; what has a name that ends in `_total` is a counter, the rest are gauges.
 * Besides, each shard's own load, whether it answered (`zrtc_shard_up`), and how busy it is.
 */
export function shardMetrics(
  reports: readonly (ShardReport | undefined)[],
  loads: readonly WeighedShard[] = [],
): string {
  const families = new Map<string, Map<string, number>>();
  const add = (name: string, labels: string, value: number) => {
    const family = families.get(name) ?? new Map<string, number>();
    families.set(name, family.set(labels, (family.get(labels) ?? 0) + value));
  };
  for (const [shard, report] of reports.entries()) {
    const label = `{shard="${shard}"}`;
    add('shard_up', label, report === undefined ? 0 : 1);
    if (report === undefined) continue;
    add('shard_publishers', label, report.publishers);
    add('shard_viewers', label, report.viewers);
    add('shard_streams', label, report.streams.length);
    for (const [key, value] of Object.entries(report.counters)) {
      const [, name, labels = ''] = COUNTER_KEY.exec(key) ?? [];
      if (name !== undefined && Number.isFinite(value)) add(name, labels, value);
    }
  }
  for (const { shard, utilisation, isOverloaded } of loads) {
    add('shard_utilisation', `{shard="${shard}"}`, utilisation);
    add('shard_overloaded', `{shard="${shard}"}`, isOverloaded ? 1 : 0);
  }
  return [...families].map(([name, values]) => familyText(`zrtc_${name}`, values)).join('');
}

function familyText(name: string, values: ReadonlyMap<string, number>): string {
  const type = name.endsWith('_total') ? 'counter' : 'gauge';
  const lines = [...values].map(([labels, value]) => `${name}${labels} ${value}\n`);
  return `# TYPE ${name} ${type}\n${lines.join('')}`;
}
