/** Puts one core together: socket, media plane, actors; in a worker thread, or in a simulation on other ports. */
import { type Clock, nextTurn } from '../../transports/clock.ts';
import type { DtlsFactory, Fingerprint } from '../../transports/dtls/port.ts';
import type { EngineWish } from '../../transports/engine.ts';
import type { FanoutFactory } from '../../transports/fanout/port.ts';
import type { AddMultiples } from '../../transports/fec/port.ts';
import { hostCandidates } from '../../transports/ice/candidates.ts';
import type { ShardMemories } from '../../transports/memory/shard-memories.ts';
import type { Random } from '../../transports/random.ts';
import type { LinkSecrets } from '../../transports/relay/link-keys.ts';
import { RelayLinks } from '../../transports/relay/links.ts';
import type { MakeSeal } from '../../transports/relay/sealing.ts';
import type { SrtpKeys, SrtpTransform } from '../../transports/srtp/port.ts';
import type { HmacSha1 } from '../../transports/stun/hmac-sha1.ts';
import { ImpairedSink } from '../../transports/udp/impaired.ts';
import type { DatagramSink, DatagramSocket } from '../../transports/udp/port.ts';
import { type SharedImpairment, sharedImpairment } from '../../transports/udp/shared-impairment.ts';
import type { MediaCommand } from '../forwarding/commands.ts';
import type { ControlSettings } from '../forwarding/control/forwarding-control.ts';
import { Crossings } from '../forwarding/crossings.ts';
import { MediaPlane, type RelayOptions } from '../forwarding/plane.ts';
import { type Address, addressOf } from '../runtime/address.ts';
import { ActorSystem } from '../runtime/system.ts';
import { type ShardFacts, shardPath } from '../sessions/facts.ts';
import { MediaLoop } from './media-loop.ts';
import { shard } from './shard.ts';

/** What a shard is told at its start. */
export interface ShardSettings {
  readonly node: string;
  readonly idc: string;
  readonly shard: number;
  /** The UDP port; 0 for any. */
  readonly port: number;
  /** Local addresses to listen on. */
  readonly listenAddresses: readonly string[];
  /** What clients are told; the preferred one first. */
  readonly advertisedAddresses: readonly string[];
  readonly consentTimeoutMs: number;
  readonly control: ControlSettings;
  /** Of a worker thread; by default `auto`. */
  readonly engine?: EngineWish;
  /** The most video that one publisher may send, kbit/s. */
  readonly maxPublishKbps: number;
  /** Whether viewers may ask for media that is not encrypted. */
  readonly allowsPlainRtp?: boolean;
  /** Links to other nodes; a node that stands alone has none. */
  readonly relay?: RelaySettings;
  /** What this shard shares with the others of its node; one that is alone has none. */
  readonly memories?: ShardMemories;
}

export interface RelaySettings {
  /** The UDP port; 0 for any. */
  readonly port: number;
  /** The local address to listen on. */
  readonly listenAddress: string;
  /** Where other nodes reach it. */
  readonly advertisedAddress: string;
  /** Of the node's process. */
  readonly incarnation: number;
  /** The cluster's: what links are authenticated and sealed by. */
  readonly secrets: LinkSecrets;
  /** The longest IP packet that the paths to other nodes carry. */
  readonly mtuBytes?: number;
  /** Up to which a longer one is looked for, where sockets send whole what must not be fragmented. */
  readonly mostMtuBytes?: number;
  /** The most that may be sent on each link; absent: whatever there is. */
  readonly maxBitsPerSecond?: number;
  readonly scheduler: Address;
  /** For trials: of what comes from other sites; the node may change it. */
  readonly impairment?: SharedImpairment;
}

export interface ShardPorts {
  readonly clock: Clock;
  readonly random: Random;
  openSocket(port: number, addresses: readonly string[], sink: DatagramSink): Promise<DatagramSocket>;
  /** Whether what must not be fragmented is not: else a probe that comes in fragments would be believed. */
  readonly sendsWhole: boolean;
  readonly fingerprint: Fingerprint;
  readonly makeDtls: DtlsFactory;
  readonly makeSrtp: (keys: SrtpKeys) => SrtpTransform;
  /** Of the same engine as the sockets and the SRTP. */
  readonly makeFanout: FanoutFactory;
  /** For checks of ICE; by default node:crypto's. */
  readonly hmacSha1?: HmacSha1;
  /** For relay links; by default node:crypto's. */
  readonly makeSeal?: MakeSeal;
  /** For their parity; by default TypeScript's. */
  readonly addMultiples?: AddMultiples;
  /**
   * Looks into the queues from other cores again and again; what it returns ends that. By default their senders wake this
   * thread, which a simulation, all in one thread, must not wait for.
   */
  watchQueues?(drain: () => number): () => void;
  /** Calls once, in the next turn of the event loop; by default this thread's own, where a simulation has its clock. */
  nextTurn?(run: () => void): void;
  log(entry: object): void;
  onFailure(error: unknown): void;
}

export interface RunningShard {
  readonly facts: ShardFacts;
  readonly system: ActorSystem;
  readonly plane: MediaPlane;
  stop(): Promise<void>;
}

export async function runShard(settings: ShardSettings, ports: ShardPorts): Promise<RunningShard> {
  const { clock, random } = ports;
  const { relay, memories, shard: number } = settings;
  const crossings = memories && new Crossings({ shard: number, memories });
  const plane = new MediaPlane({
    random,
    makeDtls: ports.makeDtls,
    makeSrtp: ports.makeSrtp,
    makeFanout: ports.makeFanout,
    ...(ports.hmacSha1 !== undefined && { hmacSha1: ports.hmacSha1 }),
    consentTimeoutMs: settings.consentTimeoutMs,
    control: settings.control,
    shard: settings.shard,
    node: settings.node,
    ...(crossings !== undefined && { crossings }),
    ...(relay !== undefined && { relay: relayOptions(settings, relay, ports) }),
    gauges: () => ({
      ...crossings?.gauges,
      actors: system.paths().length,
      timers: system.timersSet,
      dead_letters_total: system.counters.deadLetters,
      actor_restarts_total: system.counters.restarts,
      actor_crashes_total: system.counters.crashes,
    }),
  });
  const loop = new MediaLoop({
    plane,
    clock,
    notify: (to, message) => system.tell(to, message),
    nextTurn: ports.nextTurn ?? nextTurn,
  });
  const system: ActorSystem = new ActorSystem({
    node: settings.node,
    root: shardPath(settings.shard),
    clock,
    random,
    ports: {
      media: (command, from) => loop.command(command as MediaCommand, from),
      log: entry => ports.log(entry as object),
    },
    log: ports.log,
    onRootFailure: ports.onFailure,
  });
  const socket = await ports.openSocket(settings.port, settings.listenAddresses, loop);
  const impaired =
    relay?.impairment && new ImpairedSink(loop.relaySink, sharedImpairment(relay.impairment), clock, random);
  const relaySink = impaired ?? loop.relaySink;
  const relaySocket = relay && (await ports.openSocket(relay.port, [relay.listenAddress], relaySink));
  if (relaySocket !== undefined) loop.attachRelay(relaySocket);
  loop.attach(socket);
  plane.socketIs(socket);
  const inbound = crossings?.inbound({ nextTurn, ...loop.queueSink });
  const stopWatching = inbound && ports.watchQueues?.(() => inbound.drain());
  if (stopWatching === undefined) inbound?.start();
  const facts: ShardFacts = {
    node: settings.node,
    idc: settings.idc,
    shard: settings.shard,
    shards: memories?.slabs.length ?? 1,
    fingerprint: ports.fingerprint,
    candidates: hostCandidates(settings.advertisedAddresses, socket.port),
    maxPublishKbps: settings.maxPublishKbps,
    allowsPlainRtp: settings.allowsPlainRtp === true,
    ...(relay !== undefined &&
      relaySocket !== undefined && {
        scheduler: relay.scheduler,
        relay: { address: relay.advertisedAddress, port: relaySocket.port },
      }),
  };
  system.start(shardPath(settings.shard), shard, facts);
  return {
    facts,
    system,
    plane,
    async stop() {
      await system.stop();
      inbound?.stop();
      stopWatching?.();
      impaired?.stop();
      loop.stop();
      await socket.close();
      await relaySocket?.close();
    },
  };
}

function relayOptions(
  { node, shard }: ShardSettings,
  relay: RelaySettings,
  { random, sendsWhole, makeSeal, addMultiples }: ShardPorts,
): RelayOptions {
  return {
    links: new RelayLinks({
      self: { node, incarnation: relay.incarnation },
      secrets: relay.secrets,
      random,
      ...(makeSeal !== undefined && { makeSeal }),
      ...(addMultiples !== undefined && { addMultiples }),
      ...(relay.mtuBytes !== undefined && { mtuBytes: relay.mtuBytes }),
      ...(sendsWhole && relay.mostMtuBytes !== undefined && { mostMtuBytes: relay.mostMtuBytes }),
      ...(relay.maxBitsPerSecond !== undefined && { maxBitsPerSecond: relay.maxBitsPerSecond }),
    }),
    pathTo: (address, port) => ({
      localAddress: relay.listenAddress,
      remoteAddress: address,
      remotePort: port,
    }),
    relays: addressOf(node, `${shardPath(shard)}/relays`),
  };
}
