import test from 'ava';
import type { NodeReport } from '../../../actors/node/messages.ts';
import { node } from '../../../actors/node/node.ts';
import { Workers } from '../../../actors/node/workers.ts';
import type { Refused, ShardReport } from '../../../actors/protocol.ts';
import { addressOf } from '../../../actors/runtime/address.ts';
import type { Message } from '../../../actors/runtime/behaviour.ts';
import { ActorSystem } from '../../../actors/runtime/system.ts';
import { systemClock } from '../../../transports/clock.ts';
import { systemRandom } from '../../../transports/random.ts';
import { eventually } from '../../support/node.ts';

test('a shard whose root actor fails is started again in a new thread, and takes sessions as before', async t => {
  const logged: object[] = [];
  const workers = new Workers({
    clock: systemClock,
    settingsOf: shard => ({
      node: 'node-1',
      idc: 'north',
      shard,
      port: 0,
      listenAddresses: ['127.0.0.1'],
      advertisedAddresses: ['127.0.0.1'],
      consentTimeoutMs: 25_000,
      control: { forwardingControl: 'on', audioReorderMs: 60 },
      maxPublishKbps: 8000,
    }),
    log: entry => logged.push(entry),
    warn: () => {},
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
  const ready = Promise.withResolvers<NodeReport>();
  const inbox = system.inbox(message => ready.resolve(message as NodeReport));
  system.start('', node, { shardCount: 1, roles: ['push', 'pull', 'gateway'], reportTo: inbox.address });
  t.is((await ready.promise).type, 'node-ready');
  const report = () =>
    system.ask<ShardReport>(addressOf('node-1', '/shards/shard-0'), { type: 'report' }, 1000);
  const before = await report();

  // An answer that can be given to nobody: the shard's root actor throws.
  system.tell(addressOf('node-1', '/shards/shard-0'), { type: 'report', replyTo: null } as Message);
  const after = await eventually('new shard', 10_000, async () => {
    const found = await report().catch(() => undefined);
    return found !== undefined && found.port !== before.port ? found : undefined;
  });
  t.is(after.shard, 0);
  t.true(
    logged.some(entry => (entry as { message?: string }).message === 'core shard died and is started again'),
  );

  const publish = { type: 'publish', stream: 'math-101', offer: 'not SDP' };
  const refused = await system.ask<Refused>(addressOf('node-1', '/push-edge'), publish, 5000);
  t.is(refused.status, 400);
});
