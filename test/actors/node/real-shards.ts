/** The supervision of core shards, with real threads, without the rest of a node. */
import type { ExecutionContext } from 'ava';
import type { NodeReport } from '../../../actors/node/messages.ts';
import { node } from '../../../actors/node/node.ts';
import { Workers } from '../../../actors/node/workers.ts';
import type { ShardReport } from '../../../actors/protocol.ts';
import { addressOf } from '../../../actors/runtime/address.ts';
import type { Message } from '../../../actors/runtime/behaviour.ts';
import { ActorSystem } from '../../../actors/runtime/system.ts';
import type { ShardSettings } from '../../../actors/shard/run-shard.ts';
import { systemClock } from '../../../transports/clock.ts';
import { systemRandom } from '../../../transports/random.ts';

export interface RealShards {
  readonly system: ActorSystem;
  /** What the shards said at their start. */
  readonly warnings: readonly string[];
  readonly logged: { readonly message?: string; readonly reason?: string }[];
  /** What a shard says of itself; undefined when it does not within a second. */
  report(shard: number): Promise<ShardReport | undefined>;
}

export const settingsOf = (shard: number): ShardSettings => ({
  node: 'node-1',
  idc: 'north',
  shard,
  port: 0,
  listenAddresses: ['127.0.0.1'],
  advertisedAddresses: ['127.0.0.1'],
  consentTimeoutMs: 25_000,
  control: { forwardingControl: 'on', audioReorderMs: 60 },
  maxPublishKbps: 8000,
});

export async function startShards(t: ExecutionContext, shardCount: number, entry?: URL): Promise<RealShards> {
  const logged: RealShards['logged'] = [];
  const warnings: string[] = [];
  const workers = new Workers({
    clock: systemClock,
    settingsOf,
    log: entry => logged.push(entry),
    warn: warning => warnings.push(warning),
    ...(entry !== undefined && { entry }),
  });
  const system: ActorSystem = new ActorSystem({
    node: 'node-1',
    root: '',
    clock: systemClock,
    random: systemRandom,
    ports: {
      workers: (command, from) => workers.perform(system, command as never, from),
      http: (_command, from) => system.tell(from, { type: 'listening', url: 'http://none' } as Message),
      log: entry => logged.push(entry as object),
    },
  });
  t.teardown(async () => {
    await system.stop();
    await workers.ended();
  });
  const up = Promise.withResolvers<NodeReport>();
  const inbox = system.inbox(message => up.resolve(message as NodeReport));
  system.start('', node, { shardCount, roles: ['push', 'pull', 'gateway'], reportTo: inbox.address });
  t.is((await up.promise).type, 'node-ready');
  return {
    system,
    warnings,
    logged,
    report: shard =>
      system
        .ask<ShardReport>(addressOf('node-1', `/shards/shard-${shard}`), { type: 'report' }, 1000)
        .catch(() => undefined),
  };
}
