/** A cluster with several schedulers on virtual time, and the registry that they share, for tests. */
import { type Address, addressOf } from '../../../actors/runtime/address.ts';
import type { Message } from '../../../actors/runtime/behaviour.ts';
import { tell } from '../../../actors/runtime/effects.ts';
import type { Link } from '../../../actors/runtime/link.ts';
import { membership } from '../../../actors/scheduler/membership.ts';
import type { ClusterReport, Placed, Role } from '../../../actors/scheduler/messages.ts';
import { registryAddress, registryLink } from '../../../actors/scheduler/registry-link.ts';
import { scheduler } from '../../../actors/scheduler/scheduler.ts';
import { scheduling } from '../../../actors/scheduler/scheduling.ts';
import type { RegistryCommand } from '../../../actors/scheduler/shared-messages.ts';
import { drive, VirtualClock } from '../../../simulations/virtual-clock.ts';
import { SILENCE_MAX_MS } from '../../../transports/zeromq/limits.ts';
import { type LinkPair, linkPair, puppet, type TestSystem, testSystem } from '../runtime/harness.ts';
import { published } from './fixtures.ts';

/** A command or its answer to get to Redis or back. */
const WAY_MS = 1;
/** Between two attempts to connect. */
const RECONNECT_MS = 200;
/** Between two nodes' losing each other and their having a link again. */
const REDIAL_MS = 150;
/** The longest that they take when one has been away (REDIAL_MAX_MS). */
const LATE_LINK_MS = 2000;

interface Client {
  /** The node that it serves. */
  readonly node: string;
  isOpen: boolean;
  isConnected: boolean;
  readonly tell: (message: Message) => void;
}

/** Does what the port `registry` does, without a network; it forgets all when it goes down. */
export class VirtualRedis {
  readonly #clock: VirtualClock;
  readonly #kept = new Map<string, { readonly text: string; readonly untilMs: number }>();
  readonly #clients = new Set<Client>();
  #newestEpoch = 0;
  #state: 'up' | 'down' | 'hanging' = 'up';
  /** Nodes that do not reach it. */
  readonly cutOff = new Set<string>();

  constructor(clock: VirtualClock) {
    this.#clock = clock;
  }

  /** For one process. */
  port(tellTo: (to: Address, message: Message) => void): (command: unknown, from: Address) => void {
    let client: Client | undefined;
    return (command, from) => {
      const known = command as RegistryCommand;
      if (known.do === 'open') {
        if (client !== undefined) this.#end(client);
        client = {
          node: from.node,
          isOpen: true,
          isConnected: false,
          tell: message => tellTo(from, message),
        };
        this.#clients.add(client);
        this.#connect(client);
      } else if (client !== undefined) this.#perform(client, known);
    };
  }

  down(): void {
    this.#state = 'down';
    this.#kept.clear();
    this.#newestEpoch = 0;
    for (const client of this.#clients) this.#disconnect(client, 'connection refused');
  }

  hang(): void {
    this.#state = 'hanging';
  }

  up(): void {
    this.#state = 'up';
  }

  #serves({ node }: Client): boolean {
    return this.#state === 'up' && !this.cutOff.has(node);
  }

  #connect(client: Client): void {
    this.#clock.setTimer(WAY_MS, () => {
      if (!client.isOpen || client.isConnected) return;
      if (this.#serves(client)) {
        client.isConnected = true;
        client.tell({ type: 'registry-connected' });
        return;
      }
      if (this.#state === 'down') client.tell(lostBy('connection refused'));
      this.#clock.setTimer(RECONNECT_MS, () => this.#connect(client));
    });
  }

  #disconnect(client: Client, reason: string): void {
    if (!client.isConnected) return;
    client.isConnected = false;
    client.tell(lostBy(reason));
    this.#connect(client);
  }

  #end(client: Client): void {
    client.isOpen = false;
    client.isConnected = false;
    this.#clients.delete(client);
  }

  #perform(client: Client, command: RegistryCommand): void {
    if (command.do === 'close') this.#end(client);
    if (command.do === 'reconnect') this.#disconnect(client, 'no answer');
    if (!client.isConnected) return;
    this.#clock.setTimer(WAY_MS, () => {
      if (client.isConnected && this.#serves(client)) this.#carryOut(client, command);
    });
  }

  #carryOut(client: Client, command: RegistryCommand): void {
    const nowMs = this.#clock.nowMs();
    if (command.do === 'keep')
      this.#kept.set(command.key, { text: command.text, untilMs: nowMs + command.leaseMs });
    if (command.do === 'raise') this.#newestEpoch = Math.max(this.#newestEpoch, command.epoch);
    if (command.do === 'drop') this.#kept.delete(command.key);
    if (command.do === 'read') {
      const living = [...this.#kept.values()].filter(({ untilMs }) => untilMs > nowMs);
      this.#later(client, {
        type: 'registry-read',
        texts: living.map(({ text }) => text),
        newestEpoch: this.#newestEpoch,
      } as Message);
    }
    if (command.do === 'publish') {
      for (const one of this.#clients)
        this.#later(one, { type: 'registry-heard', text: command.text } as Message);
    }
  }

  #later(client: Client, message: Message): void {
    this.#clock.setTimer(WAY_MS, () => {
      if (client.isConnected && this.#serves(client)) client.tell(message);
    });
  }
}

const lostBy = (reason: string): Message => ({ type: 'registry-lost', reason }) as Message;

export interface VirtualNode extends TestSystem {
  readonly name: string;
  readonly roles: readonly Role[];
  readonly shard: { viewers: number; streams: ReturnType<typeof published>[] };
  /** What was passed on to the shard's streams. */
  readonly heardByStreams: Message[];
}

export class SeveralSchedulers {
  readonly clock = new VirtualClock();
  readonly redis = new VirtualRedis(this.clock);
  readonly nodes = new Map<string, VirtualNode>();
  readonly #names: readonly string[];
  readonly #links = new Map<string, LinkPair>();
  readonly #frozen = new Set<string>();
  /** Of processes that were killed: they run on, and nobody hears them. */
  readonly #dead: VirtualNode[] = [];
  #incarnation = 0;

  constructor(schedulers: readonly string[] = ['s1', 's2']) {
    this.#names = schedulers;
  }

  /** Starts a process, linked to all that run, to some of them later; the `preferred` scheduler is the one it holds to first. */
  add(
    name: string,
    roles: readonly Role[],
    preferred = this.#names.indexOf(name),
    linkedLater: readonly string[] = [],
  ): VirtualNode {
    this.#incarnation += 1;
    const shard: VirtualNode['shard'] = { viewers: 0, streams: [] };
    const at = Math.max(0, preferred);
    const order = [...this.#names.slice(at), ...this.#names.slice(0, at)];
    const made = testSystem({
      clock: this.clock,
      node: name,
      ports: {
        links: () => {},
        log: entry => made.log.push(entry as never),
        registry: this.redis.port((to, message) => made.system.tell(to, message)),
      },
    });
    const node: VirtualNode = { ...made, name, roles, shard, heardByStreams: [] };
    for (const other of this.nodes.values()) {
      if (linkedLater.includes(other.name)) this.#linkIn(LATE_LINK_MS, name, other.name);
      else this.#link(node, other);
    }
    this.nodes.set(name, node);
    if (roles.includes('scheduler')) this.#startScheduler(node);
    const isEdge = roles.includes('push') || roles.includes('pull');
    if (isEdge) {
      made.system.start('/shards/shard-0', puppet, {
        reply: (message: Message) => {
          const { replyTo } = message as unknown as { replyTo: Address };
          return [tell(replyTo, shardReport(shard))];
        },
      });
    }
    if (isEdge) made.system.start('/shards/shard-0/streams', puppet, { heard: node.heardByStreams });
    const schedulers = order.map(one => addressOf(one, '/scheduler'));
    made.system.start('/scheduling', scheduling, schedulers);
    made.system.start('/membership', membership, {
      schedulers,
      scheduling: addressOf(name, '/scheduling'),
      self: {
        node: name,
        incarnation: this.#incarnation,
        idc: 'north',
        roles,
        relay: { address: '10.0.0.1', port: 7100 },
        links: `tcp://${name}:7200`,
      },
      shards: isEdge ? 1 : 0,
    });
    return node;
  }

  /** As by `kill -9`: nothing is heard of it any more, and its links break. False when it is not there. */
  kill(name: string): boolean {
    const node = this.nodes.get(name);
    if (node === undefined) return false;
    this.nodes.delete(name);
    this.#dead.push(node);
    for (const [ends, link] of this.#links) {
      if (!ends.split(' ').includes(name)) continue;
      this.#links.delete(ends);
      link.close();
    }
    // Its connection to Redis ends with it.
    node.system.stopActor({ ...registryAddress(name) });
    return true;
  }

  /** The process hangs, as by SIGSTOP: what it is sent it does not hear, until the others have given its links up. */
  freeze(name: string): boolean {
    const node = this.nodes.get(name);
    if (node === undefined) return false;
    this.#frozen.add(name);
    this.clock.setTimer(SILENCE_MAX_MS, () => {
      if (this.nodes.get(name) === node) this.kill(name);
    });
    return true;
  }

  /** Another process of the name. */
  revive(name: string, linkedLater: readonly string[] = []): VirtualNode {
    const { roles } = this.nodes.get(name) ?? this.#dead.find(node => node.name === name)!;
    // One that is frozen still has not been given up.
    this.kill(name);
    this.#frozen.delete(name);
    return this.add(name, roles, undefined, linkedLater);
  }

  /** The link between two nodes breaks, and is there again a moment later. */
  breakLink(one: string, other: string): void {
    const ends = this.#endsOf(one, other);
    this.#links.get(ends)?.close();
    this.#links.delete(ends);
    this.#linkIn(REDIAL_MS, one, other);
  }

  #linkIn(afterMs: number, one: string, other: string): void {
    const ends = this.#endsOf(one, other);
    this.clock.setTimer(afterMs, () => {
      const [a, b] = [this.nodes.get(one), this.nodes.get(other)];
      if (a !== undefined && b !== undefined && !this.#links.has(ends)) this.#link(a, b);
    });
  }

  async run(durationMs: number): Promise<void> {
    const systems = [...this.nodes.values(), ...this.#dead].map(({ system }) => system);
    await drive(this.clock, systems, this.clock.nowMs() + durationMs);
  }

  /** A question by way of that node's `/scheduling`. */
  question<T>(node: string, message: { readonly type: string }): Promise<T> {
    return this.nodes
      .get(node)!
      .system.ask(addressOf(node, '/scheduling'), message as never, 5000) as Promise<T>;
  }

  async placed(node: string, role: 'push' | 'pull', stream = 'math'): Promise<Placed> {
    const answer = this.question<Placed>(node, { type: 'place', role, stream, exclude: [] } as never);
    await this.run(0);
    return answer;
  }

  /** What one scheduler knows. */
  async report(name: string): Promise<ClusterReport> {
    const { system } = this.nodes.get(name)!;
    const answer = system.ask<ClusterReport>(addressOf(name, '/scheduler'), { type: 'report-cluster' }, 100);
    await this.run(0);
    return answer;
  }

  async knownTo(name: string): Promise<readonly string[]> {
    const { nodes } = await this.report(name);
    return nodes.map(({ node }) => node);
  }

  publish(node: string, stream: string, epoch: number): void {
    const { shard, system } = this.nodes.get(node)!;
    shard.streams.push(published(stream, node, epoch));
    const local = { type: 'local-stream', stream, epoch, live: true };
    system.tell(addressOf(node, '/membership'), local);
  }

  #startScheduler({ name, system }: VirtualNode): void {
    system.start('/registry', registryLink, addressOf(name, '/scheduler'));
    system.start('/scheduler', scheduler, registryAddress(name));
  }

  #link(one: VirtualNode, other: VirtualNode): void {
    const pair = linkPair();
    one.system.attachNode(other.name, this.#unlessFrozen(pair.ends[0], one, other));
    other.system.attachNode(one.name, this.#unlessFrozen(pair.ends[1], one, other));
    this.#links.set(this.#endsOf(one.name, other.name), pair);
    for (const [node, peer] of [
      [one, other],
      [other, one],
    ] as const) {
      node.system.tell(addressOf(node.name, '/membership'), { type: 'link-up', node: peer.name } as Message);
    }
  }

  #unlessFrozen(link: Link, ...ends: readonly VirtualNode[]): Link {
    return {
      post: envelope => {
        if (!ends.some(({ name }) => this.#frozen.has(name))) link.post(envelope);
      },
      listen: (onEnvelope, onClosed) => link.listen(onEnvelope, onClosed),
    };
  }

  #endsOf(one: string, other: string): string {
    return [one, other].sort().join(' ');
  }
}

function shardReport(shard: VirtualNode['shard']): Message {
  return {
    type: 'shard-report',
    shard: 0,
    port: 7000,
    publishers: shard.streams.length,
    ...structuredClone(shard),
    counters: { packets_received_total: 0, packets_sent_total: 0 },
  } as Message;
}

/** The nodes of `twoSchedulers`. */
export const allOfTwo = ['gateway', 'pull', 'push', 's1', 's2'];

/** Each of the two edges holds to another scheduler, and `math` is published at one of them. */
export async function twoSchedulers(hasRedis = true): Promise<SeveralSchedulers> {
  const cluster = new SeveralSchedulers();
  if (!hasRedis) cluster.redis.down();
  cluster.add('s1', ['scheduler']);
  cluster.add('s2', ['scheduler']);
  cluster.add('gateway', ['gateway'], 0);
  cluster.add('push', ['push'], 0);
  cluster.add('pull', ['pull'], 1);
  await cluster.run(5000);
  cluster.publish('push', 'math', 7);
  await cluster.run(10);
  return cluster;
}
