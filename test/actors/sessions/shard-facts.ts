/** Of the one shard of a node that stands alone. */
import type { ShardFacts } from '../../../actors/sessions/facts.ts';

export const shardFacts: ShardFacts = {
  node: 'a',
  idc: 'local',
  shard: 0,
  shards: 1,
  fingerprint: { algorithm: 'sha-256', value: '00' },
  candidates: [{ address: '127.0.0.1', port: 7000 }],
  maxPublishKbps: 8000,
};
