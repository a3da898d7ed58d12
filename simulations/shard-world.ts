/**
 * One core shard, with its own actors and media plane, on a virtual clock and network: what runs in production but for
 * the ports. Clients join it through the same messages that the edges send.
 */
import type { ControlSettings } from '../actors/forwarding/control/forwarding-control.ts';
import type { Opened, Refused, SendAnswer, ShardReport } from '../actors/protocol.ts';
import { addressOf } from '../actors/runtime/address.ts';
import type { Message } from '../actors/runtime/behaviour.ts';
import type { OpenSession } from '../actors/sessions/facts.ts';
import { makeSessionId, parseSessionId, sessionAddress } from '../actors/sessions/session-id.ts';
import { type RelaySettings, type RunningShard, runShard } from '../actors/shard/run-shard.ts';
import type { Clock } from '../transports/clock.ts';
import { PortableFanout } from '../transports/fanout/portable.ts';
import type { ShardMemories } from '../transports/memory/shard-memories.ts';
import type { MakeSeal } from '../transports/relay/sealing.ts';
import { SimulatedClient, type SimulatedClientOptions } from './client.ts';
import { type ClientSsrcs, iceOf, publisherOffer, viewerAnswer } from './client-sdp.ts';
import { identityFingerprint, makeIdentityDtls, makeIdentitySrtp } from './identity-security.ts';
import type { LinkSettings } from './impairment.ts';
import { VirtualNetwork } from './network.ts';
import { LONE_NODE_ADDRESS, MEDIA_PORT } from './node-addresses.ts';
import { type SeededRandom, seededRandom } from './seeded-random.ts';
import { drive, type Quiet, VirtualClock } from './virtual-clock.ts';

/** Clients get addresses of their own, so that links to them can be impaired one by one. */
const FIRST_CLIENT = 10;
const ASK_TIMEOUT_MS = 5000;
/** A core looks for what others have sent: in place of being woken, which takes a tenth of that. */
const QUEUES_EVERY_MS = 1;
/** More than any chain of promises here is long. */
const PROMISE_TURNS = 50;

type ClientHabits = Pick<SimulatedClientOptions, 'mute' | 'nominates' | 'keepsNothing'>;
interface PublisherHabits extends ClientHabits {
  /** Of the publication that it is to be later than. */
  readonly afterEpoch?: number;
}
type ViewerHabits = ClientHabits & Pick<SimulatedClientOptions, 'isPlain'>;

export interface Joined {
  readonly session: string;
  readonly client: SimulatedClient;
  readonly address: string;
  readonly ssrcs: ClientSsrcs;
}

/** Where a shard stands: alone in a world of its own, or as one of several. */
export interface ShardPlace {
  readonly clock: VirtualClock;
  readonly network: VirtualNetwork;
  readonly random: SeededRandom;
  readonly node: string;
  readonly address: string;
  /** The addresses of its clients begin so: `10.0`. */
  readonly clients: string;
  readonly relay?: RelaySettings;
  readonly control?: ControlSettings;
  /** Which of its node's shards it is, and what they share; by default the only one. */
  readonly core?: { readonly shard: number; readonly memories: ShardMemories };
  /** How far its machine's wall clock is ahead of that of the world. */
  readonly clockAheadMs?: number;
  /** How long a turn of its event loop takes, where that matters; by default no time. */
  readonly turnMs?: number;
  /** Whether datagrams go whole or not at all where that is wished; by default they do, as the native engine's. */
  readonly sendsWhole?: boolean;
  /** What relay links are sealed by; by default as in production. */
  readonly makeSeal?: MakeSeal;
  /** Hears what the shard writes into its log, and of what it could not mend, besides what this world keeps of it. */
  readonly log?: (entry: object) => void;
  readonly onFailure?: (error: unknown) => void;
  /** Other systems that time has to wait for. */
  readonly others: () => readonly Quiet[];
}

export class ShardWorld {
  readonly clock: VirtualClock;
  readonly network: VirtualNetwork;
  readonly log: object[] = [];
  readonly failures: unknown[] = [];
  readonly #random: SeededRandom;
  readonly #place: ShardPlace;
  #shard: RunningShard | undefined;
  #clients = 0;

  constructor(seed: number, link?: LinkSettings, place: ShardPlace = alone(seed, link)) {
    this.#place = place;
    this.clock = place.clock;
    this.network = place.network;
    this.#random = place.random;
  }

  get #number(): number {
    return this.#place.core?.shard ?? 0;
  }

  get shard(): RunningShard {
    if (this.#shard === undefined) throw new Error('the shard has not been started');
    return this.#shard;
  }

  async start(maxPublishKbps = 8000): Promise<void> {
    const { node, address, relay, core } = this.#place;
    this.#shard = await runShard(
      {
        node,
        idc: 'sim',
        shard: this.#number,
        port: MEDIA_PORT + this.#number,
        listenAddresses: [address],
        advertisedAddresses: [address],
        consentTimeoutMs: 25_000,
        control: this.#place.control ?? { forwardingControl: 'on', audioReorderMs: 60 },
        maxPublishKbps,
        ...(relay !== undefined && { relay }),
        ...(core !== undefined && { memories: core.memories }),
      },
      {
        clock: ahead(this.clock, this.#place.clockAheadMs ?? 0),
        random: this.#random,
        openSocket: async (port, addresses, sink) => this.network.open({ port, addresses, sink }),
        sendsWhole: this.#place.sendsWhole ?? true,
        fingerprint: identityFingerprint,
        makeDtls: makeIdentityDtls,
        makeSrtp: makeIdentitySrtp,
        makeFanout: send => new PortableFanout(send),
        ...(this.#place.makeSeal !== undefined && { makeSeal: this.#place.makeSeal }),
        nextTurn: run => void this.clock.setTimer(this.#place.turnMs ?? 0, run),
        watchQueues: drain => repeat(this.clock, QUEUES_EVERY_MS, drain),
        log: entry => {
          this.log.push(entry);
          this.#place.log?.(entry);
        },
        onFailure: error => {
          this.failures.push(error);
          this.#place.onFailure?.(error);
        },
      },
    );
  }

  /** Lets `durationMs` of virtual time pass. */
  async pass(durationMs: number): Promise<void> {
    await drive(this.clock, this.#systems(), this.clock.nowMs() + durationMs);
  }

  /** Asks an actor; virtual time passes until it has answered. */
  async ask<T extends Message>(path: string, message: Message): Promise<T> {
    const answer = this.shard.system.ask<T>(addressOf(this.#place.node, path), message, ASK_TIMEOUT_MS);
    return this.#awaited(answer);
  }

  async askSession<T extends Message>(session: string, message: Message): Promise<T> {
    const place = parseSessionId(session);
    if (place === undefined) throw new Error(`${session} is no session's id`);
    return this.ask<T>(sessionAddress(this.#place.node, place).path, message);
  }

  report(): Promise<ShardReport> {
    return this.ask<ShardReport>(`/shards/shard-${this.#number}`, { type: 'report' });
  }

  /** A publisher with an offer of its own; connected once time has passed. */
  async publish(stream: string, { afterEpoch, ...habits }: PublisherHabits = {}): Promise<Joined> {
    const joined = this.#newClient(habits);
    const offer = publisherOffer(joined.client.ice, joined.ssrcs);
    const asked = { offer, ...(afterEpoch !== undefined && { afterEpoch }) };
    const opened = await this.#open('publisher', stream, asked);
    joined.client.connect(iceOf(opened.sdp), this.#server);
    return { ...joined, session: opened.session };
  }

  /** A viewer that answers the server's offer. Throws what the server refuses. */
  async view(stream: string, habits: ViewerHabits = {}): Promise<Joined> {
    const joined = this.#newClient(habits);
    const isPlain = habits.isPlain === true;
    const opened = await this.#open('viewer', stream, isPlain ? { isPlain } : {});
    const answer: Omit<SendAnswer, 'replyTo'> = {
      type: 'send-answer',
      sdp: viewerAnswer(joined.client.ice, opened.sdp, isPlain ? 'none' : identityFingerprint),
    };
    const reply = await this.askSession<Message>(opened.session, answer);
    if (reply.type !== 'accepted') throw new Error(`the answer was not accepted: ${JSON.stringify(reply)}`);
    joined.client.connect(iceOf(opened.sdp), this.#server);
    return { ...joined, session: opened.session };
  }

  async stop(): Promise<void> {
    await this.#awaited(this.shard.stop());
  }

  async #open(
    role: 'publisher' | 'viewer',
    stream: string,
    asked: Pick<OpenSession, 'offer' | 'isPlain' | 'afterEpoch'>,
  ): Promise<Opened> {
    const message: Omit<OpenSession, 'replyTo'> = {
      type: 'open',
      session: makeSessionId(role, this.#number, this.#random),
      stream,
      ...asked,
    };
    const path = `/shards/shard-${this.#number}/${role === 'publisher' ? 'pushes' : 'pulls'}`;
    const reply = await this.ask<Opened | Refused>(path, message);
    if (reply.type === 'refused') throw new Error(`${reply.status}: ${reply.detail}`);
    return reply;
  }

  #newClient(habits: ViewerHabits): Omit<Joined, 'session'> {
    this.#clients += 1;
    const number = FIRST_CLIENT + this.#clients;
    const address = `${this.#place.clients}.${number >> 8}.${number & 0xff}`;
    const { clock, network } = this;
    const client = new SimulatedClient({ ...habits, clock, network, random: this.#random, address });
    const first = this.#random.uint32() & 0xfffffff0;
    const ssrcs = { audio: first >>> 0, video: (first + 1) >>> 0, videoRtx: (first + 2) >>> 0 };
    return { client, address, ssrcs };
  }

  get #server(): { readonly address: string; readonly port: number } {
    return { address: this.#place.address, port: MEDIA_PORT + this.#number };
  }

  #systems(): readonly Quiet[] {
    return [this.shard.system, ...this.#place.others()];
  }

  async #quiet(): Promise<void> {
    while (this.#systems().some(({ pending }) => pending > 0)) {
      for (const system of this.#systems()) await system.whenQuiet();
    }
  }

  /** Lets virtual time pass, one timer after the other, until the promise is settled. */
  async #awaited<T>(promise: Promise<T>): Promise<T> {
    let settled = false;
    const watched = promise.finally(() => {
      settled = true;
    });
    watched.catch(() => {});
    await this.#quiet();
    // What the last message settled is heard of a few turns of promises later.
    for (let turn = 0; turn < PROMISE_TURNS && !settled; turn += 1) await undefined;
    while (!settled && this.clock.nextAtMs !== undefined) {
      this.clock.advanceToNext();
      await this.#quiet();
      for (let turn = 0; turn < PROMISE_TURNS && !settled; turn += 1) await undefined;
    }
    return watched;
  }
}

/** The same time passing, and another time of day. */
function ahead(clock: VirtualClock, byMs: number): Clock {
  return {
    nowMs: () => clock.nowMs(),
    wallMs: () => clock.wallMs() + byMs,
    setTimer: (delayMs, fire) => clock.setTimer(delayMs, fire),
  };
}

/** Calls again and again, until what it returns is called. */
function repeat(clock: VirtualClock, everyMs: number, run: () => void): () => void {
  let timer = clock.setTimer(everyMs, again);
  function again(): void {
    run();
    timer = clock.setTimer(everyMs, again);
  }
  return () => timer.cancel();
}

/** A world with nothing else in it. */
export function alone(seed: number, link: LinkSettings = { delayMs: 10 }): ShardPlace {
  const clock = new VirtualClock();
  const random = seededRandom(seed);
  const network = new VirtualNetwork(clock, random, link);
  return {
    clock,
    network,
    random,
    node: 'sim-1',
    address: LONE_NODE_ADDRESS,
    clients: '10.0',
    others: () => [],
  };
}
