/** Puts one core together: socket, media plane, actors; in a worker thread, or in a simulation on other ports. */
import type { Clock } from '../../transports/clock.ts';
import type { DtlsFactory, Fingerprint } from '../../transports/dtls/port.ts';
import { hostCandidates } from '../../transports/ice/candidates.ts';
import type { Random } from '../../transports/random.ts';
import type { SrtpKeys, SrtpTransform } from '../../transports/srtp/port.ts';
import type { DatagramSink, DatagramSocket } from '../../transports/udp/port.ts';
import type { MediaCommand } from '../forwarding/commands.ts';
import { MediaPlane } from '../forwarding/plane.ts';
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
}

export interface ShardPorts {
  readonly clock: Clock;
  readonly random: Random;
  openSocket(settings: ShardSettings, sink: DatagramSink): Promise<DatagramSocket>;
  readonly fingerprint: Fingerprint;
  readonly makeDtls: DtlsFactory;
  readonly makeSrtp: (keys: SrtpKeys) => SrtpTransform;
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
  const plane = new MediaPlane({
    random,
    makeDtls: ports.makeDtls,
    makeSrtp: ports.makeSrtp,
    consentTimeoutMs: settings.consentTimeoutMs,
    shard: settings.shard,
    node: settings.node,
    gauges: () => ({
      actors: system.paths().length,
      timers: system.timersSet,
      dead_letters_total: system.counters.deadLetters,
      actor_restarts_total: system.counters.restarts,
      actor_crashes_total: system.counters.crashes,
    }),
  });
  const loop = new MediaLoop(plane, clock, (to, message) => system.tell(to, message));
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
  const socket = await ports.openSocket(settings, loop);
  loop.attach(socket);
  plane.socketIs(socket);
  const facts: ShardFacts = {
    node: settings.node,
    idc: settings.idc,
    shard: settings.shard,
    fingerprint: ports.fingerprint,
    candidates: hostCandidates(settings.advertisedAddresses, socket.port),
  };
  system.start(shardPath(settings.shard), shard, facts);
  return {
    facts,
    system,
    plane,
    async stop() {
      await system.stop();
      loop.stop();
      await socket.close();
    },
  };
}
