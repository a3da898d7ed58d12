/** What the tests of the scheduler share: registrations, and nodes around a scheduler on virtual time. */

import type { StreamReport } from '../../../actors/protocol.ts';
import { type Address, addressOf } from '../../../actors/runtime/address.ts';
import type { Message } from '../../../actors/runtime/behaviour.ts';
import { tell } from '../../../actors/runtime/effects.ts';
import { type MembershipArgs, membership } from '../../../actors/scheduler/membership.ts';
import type { AnnouncedStream, NodeFacts, Register } from '../../../actors/scheduler/messages.ts';
import { scheduler } from '../../../actors/scheduler/scheduler.ts';
import { drive, VirtualClock } from '../../../simulations/virtual-clock.ts';
import { at, type LinkPair, linkPair, puppet, type TestSystem, testSystem } from '../runtime/harness.ts';

export function origin(stream: string, epoch = 1, viewers = 0): AnnouncedStream {
  return { stream, epoch, kind: 'origin', viewers };
}

export function carried(stream: string, parent: string, epoch = 1, viewers = 0): AnnouncedStream {
  return { stream, epoch, kind: 'carried', parent, viewers };
}

export function registration(node: string, facts: Partial<Register> = {}): Register {
  const address: Address = { node, incarnation: 1, path: '/membership' };
  return {
    type: 'register',
    node,
    incarnation: 1,
    idc: 'north',
    roles: ['push', 'pull'],
    relay: { address: '10.0.0.1', port: 7100 },
    links: `tcp://${node}:7200`,
    load: { publishers: 0, viewers: 0, cores: 2, measuredAtMs: 0 },
    streams: [],
    address,
    replyTo: address,
    ...facts,
  };
}

export interface TestNode extends TestSystem {
  readonly name: string;
  /** Commands to the port `links`. */
  readonly linked: unknown[];
  /** What its one shard reports; it may be changed. */
  readonly shard: { viewers: number; publishers: number; streams: StreamReport[]; packets: number };
  readonly membership: Address;
}

export interface TestCluster {
  readonly clock: VirtualClock;
  readonly scheduler: TestSystem;
  /** Entries of the scheduler's log that have an event. */
  readonly events: () => readonly Record<string, unknown>[];
  add(name: string, facts?: Partial<NodeFacts>, shards?: number): TestNode;
  /** Makes, or makes anew, the link between the scheduler and the node. */
  link(node: TestNode): LinkPair;
  /** Starts the scheduler's actor. */
  startScheduler(): Address;
  run(durationMs: number): Promise<void>;
  ask<T>(message: { readonly type: string }): Promise<T>;
}

/** The scheduler's node is `s`; every other one has a link to it alone. */
export function testCluster(): TestCluster {
  const clock = new VirtualClock();
  const logged: Record<string, unknown>[] = [];
  const hub = testSystem({ clock, node: 's', ports: { log: entry => logged.push(entry as never) } });
  const nodes: TestNode[] = [];
  const systems = () => [hub, ...nodes].map(({ system }) => system);
  const run = (durationMs: number) => drive(clock, systems(), clock.nowMs() + durationMs);
  const link = (node: TestNode) => {
    const pair = linkPair();
    hub.system.attachNode(node.name, pair.ends[0]);
    node.system.attachNode('s', pair.ends[1]);
    return pair;
  };
  return {
    clock,
    scheduler: hub,
    events: () => logged.filter(({ event }) => event !== undefined),
    add(name, facts = {}, shards = 1) {
      const node = testNode(clock, name, facts, shards);
      nodes.push(node);
      return node;
    },
    link,
    startScheduler: () => hub.system.start('/scheduler', scheduler, null),
    run,
    async ask<T>(message: { readonly type: string }) {
      const answer = hub.system.ask(at('/scheduler', 's'), message, 100);
      await run(0);
      return (await answer) as T;
    },
  };
}

function testNode(clock: VirtualClock, name: string, facts: Partial<NodeFacts>, shards: number): TestNode {
  const linked: unknown[] = [];
  const log: Record<string, unknown>[] = [];
  const shard: TestNode['shard'] = { viewers: 0, publishers: 0, streams: [], packets: 0 };
  const made = testSystem({
    clock,
    node: name,
    ports: { links: command => linked.push(command), log: entry => log.push(entry as never) },
  });
  const report = () => ({
    type: 'shard-report',
    shard: 0,
    port: 7000,
    ...structuredClone(shard),
    counters: { packets_received_total: shard.packets, packets_sent_total: shard.packets },
  });
  if (shards > 0) {
    made.system.start('/shards/shard-0', puppet, {
      reply: (message: Message) => [tell((message as unknown as { replyTo: Address }).replyTo, report())],
    });
  }
  const args: MembershipArgs = {
    schedulers: [addressOf('s', '/scheduler')],
    self: {
      node: name,
      incarnation: 1,
      idc: 'north',
      roles: ['push', 'pull'],
      relay: { address: '10.0.0.1', port: 7100 },
      links: `tcp://${name}:7200`,
      ...facts,
    },
    shards,
  };
  const address = made.system.start('/membership', membership, args);
  return { ...made, log: log as never, name, linked, shard, membership: address };
}

export function published(stream: string, node: string, epoch = 1): StreamReport {
  return {
    stream,
    live: true,
    publisher: 'push-0-x',
    epoch,
    bufferTargetMs: 0,
    viewers: 0,
    tracks: [],
    node,
  };
}
