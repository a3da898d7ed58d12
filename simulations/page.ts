/**
 * A browser page of a teacher or a student in a simulated cluster: it finds its edge through a gateway, by the gateway's own
 * code, stays connected as the pages do, and comes again by their rules when it has lost its connection.
 */
import type { Accepted, Listen, Opened, SendAnswer, SessionEvent } from '../actors/protocol.ts';
import type { Message } from '../actors/runtime/behaviour.ts';
import { parseSessionId, sessionAddress } from '../actors/sessions/session-id.ts';
import { askEdge, askSession, type Question } from '../gateway/asking.ts';
import { problemOf, refusal } from '../gateway/http/problem.ts';
import { type CameraPace, SimulatedCamera } from './camera.ts';
import { SimulatedClient } from './client.ts';
import { type ClientSsrcs, iceOf, publisherOffer, viewerAnswer } from './client-sdp.ts';
import type { ClusterNode, ClusterWorld } from './cluster-world.ts';
import { LipSync } from './lip-sync.ts';
import { MEDIA_PORT } from './node-addresses.ts';
import { CONNECT_LIMIT_MS, keepTrying, LOOK_INTERVAL_MS, LOST_AFTER_MS } from './page-waiting.ts';
import { Playback } from './playback.ts';
import { SimulatedScreen } from './screen.ts';
import type { SeededRandom } from './seeded-random.ts';

/** A gateway that is away is asked again so often for the session's events, as EventSource does by itself. */
const LISTEN_AGAIN_MS = 1_000;

export interface PageOptions {
  readonly world: ClusterWorld;
  readonly random: SeededRandom;
  readonly name: string;
  readonly stream: string;
  readonly role: 'publisher' | 'viewer';
  readonly idc: string;
  readonly address: string;
  /** Of the publisher's video. */
  readonly kbps?: number;
  /** Whether the publisher repeats what is lost. */
  readonly repairs?: boolean;
  /** Of the publisher. */
  readonly pace?: CameraPace;
  /** Of a viewer: by how much sound is stamped later than pictures, ms, once a second (lip-sync.ts). */
  readonly onSkew?: (skewMs: number) => void;
  /** Hears what becomes of it. */
  readonly onChange?: (page: SimulatedPage, change: PageChange) => void;
}

export type PageChange =
  | { readonly kind: 'opened'; readonly session: string; readonly node: string }
  | { readonly kind: 'connected'; readonly session: string; readonly node: string }
  | { readonly kind: 'over'; readonly session: string; readonly node: string; readonly reason: string }
  | ({ readonly kind: 'refused' } & Refusal);

/** A request was answered by a problem. */
export interface Refusal {
  readonly atMs: number;
  readonly status: number;
  /** When to ask again, if the answer says so. */
  readonly retryAfterSeconds?: number;
}

/** Kept of a page that asks again and again; a stream that is not there for an hour is asked for that often. */
const REFUSALS_KEPT = 1_000;

interface Connection {
  readonly session: string;
  readonly node: string;
  readonly client: SimulatedClient;
  readonly ssrcs: ClientSsrcs;
}

/**
 * From when a page is opened until it is closed. What an earlier visit still waits for when the page is opened again comes
 * to nothing, as with a browser's page.
 */
interface Visit {
  isOver: boolean;
}

export class SimulatedPage {
  readonly options: PageOptions;
  readonly playback = new Playback();
  readonly #random: () => number;
  #connection: Connection | undefined;
  #screen: SimulatedScreen | undefined;
  #camera: SimulatedCamera | undefined;
  /** Of sessions that are over. */
  #keyframesBefore = 0;
  #leave: (() => void) | undefined;
  #visit: Visit | undefined;
  /** When it came, ms; undefined before. */
  cameAtMs: number | undefined;
  leftAtMs: number | undefined;
  /** When it was opened last, ms. */
  openedAtMs: number | undefined;
  /** When media could flow for the first time, ms; undefined before. */
  connectedAtMs: number | undefined;
  /** How often a connection that had been up was lost. */
  reconnects = 0;
  readonly refusals: Refusal[] = [];

  constructor(options: PageOptions) {
    this.options = options;
    const { random } = options;
    this.#random = () => random.unit();
  }

  get isHere(): boolean {
    return this.#visit !== undefined;
  }

  /** Its session, while there is one. */
  get session(): string | undefined {
    return this.#connection?.session;
  }

  /** The node that serves it. */
  get node(): string | undefined {
    return this.#connection?.node;
  }

  /** Media may flow. */
  get isConnected(): boolean {
    return this.#connection?.client.connectedAtMs !== undefined;
  }

  /** Packets that a viewer's present session has asked for again. */
  get asked(): number {
    return this.#screen?.asked ?? 0;
  }

  /** Keyframes that a publisher has been asked for, in all of its sessions. */
  get keyframesAsked(): number {
    return this.#keyframesBefore + (this.#camera?.keyframesAsked ?? 0);
  }

  open(): void {
    if (this.#visit !== undefined) return;
    const visit: Visit = { isOver: false };
    this.#visit = visit;
    this.openedAtMs = this.options.world.clock.nowMs();
    this.cameAtMs ??= this.openedAtMs;
    this.playback.pause();
    this.#keepTrying(visit).catch(error => this.options.world.failures.push(error));
  }

  /** Closes the page; `politely`, or as one whose machine has lost its network. */
  async close(politely = true): Promise<void> {
    if (this.#visit === undefined) return;
    this.#visit.isOver = true;
    this.#visit = undefined;
    this.leftAtMs = this.options.world.clock.nowMs();
    const connection = this.#connection;
    this.#connection = undefined;
    this.#leave?.();
    if (connection === undefined) return;
    if (politely) {
      this.#stopSession(connection, 'stopped');
      await connection.client.leave();
    } else {
      await connection.client.vanish();
    }
  }

  #keepTrying(visit: Visit): Promise<void> {
    return keepTrying({
      random: this.#random,
      nowMs: () => this.options.world.clock.nowMs(),
      sleep: durationMs => this.#sleep(durationMs),
      isHere: () => !visit.isOver,
      attempt: async () => void (await this.#supervise(await this.#negotiate(visit), visit)),
      refusalOf: error => {
        const problem = problemOf(error);
        // What is no refusal is a fault of the simulation, and must not be taken for one.
        if (problem === undefined && !(error instanceof Unreachable)) throw error;
        const retryAfterSeconds = retryAfterOf(problem);
        if (problem !== undefined) this.#refused(problem.status, retryAfterSeconds);
        return { status: problem?.status, retryAfterSeconds };
      },
    });
  }

  async #negotiate(visit: Visit): Promise<Connection> {
    const { world, random, role, stream, address, idc } = this.options;
    const gateway = this.#gateway();
    const { clock, network } = world;
    const client = new SimulatedClient({ clock, network, random, address, keepsNothing: true });
    try {
      const first = random.uint32() & 0xfffffff0;
      const ssrcs = { audio: first >>> 0, video: (first + 1) >>> 0, videoRtx: (first + 2) >>> 0 };
      const question =
        role === 'publisher'
          ? ({ type: 'publish', stream, offer: publisherOffer(client.ice, ssrcs) } as const)
          : ({ type: 'view', stream } as const);
      const deps = {
        actors: gateway.system,
        scheduler: world.scheduler,
        node: gateway.name,
        idc: gateway.idc,
        holders: gateway.holders,
        locate: () => world.plans.find(plan => plan.idc === idc)?.location,
      };
      const { answer: opened } = await askEdge(deps, question, { ip: address });
      if (opened.type === 'refused') throw refusal(opened);
      const { node } = opened.edge;
      const { session } = opened;
      if (role === 'viewer') await this.#answer(gateway, client, opened);
      const connection: Connection = { session, node, client, ssrcs };
      if (visit.isOver) {
        this.#stopSession(connection, 'stopped');
        throw new Unreachable('the page was closed meanwhile');
      }
      this.#connection = connection;
      this.#tell({ kind: 'opened', session, node });
      client.connect(iceOf(opened.sdp), { address: world.addressOf(node), port: MEDIA_PORT });
      return connection;
    } catch (error) {
      await client.vanish();
      throw error;
    }
  }

  async #answer(gateway: ClusterNode, client: SimulatedClient, { session, sdp }: Opened): Promise<void> {
    const message: Question<SendAnswer> = { type: 'send-answer', sdp: viewerAnswer(client.ice, sdp) };
    await askSession<Accepted>({ actors: gateway.system }, refOf(session), message);
  }

  /** Until it is over: resolves to why. */
  async #supervise(connection: Connection, visit: Visit): Promise<string> {
    const { client, session, node, ssrcs } = connection;
    const { world, role, kbps = 0, repairs, pace, onSkew, random } = this.options;
    const { clock } = world;
    // Closed in the very moment of the answer: who closed it has said goodbye.
    if (visit.isOver) return 'left';
    const { promise, resolve } = Promise.withResolvers<string>();
    this.playback.begin();
    if (role === 'viewer')
      this.#screen = new SimulatedScreen({
        clock,
        client,
        playback: this.playback,
        ...(onSkew !== undefined && { lipSync: new LipSync(onSkew) }),
      });
    else
      this.#camera = new SimulatedCamera({
        clock,
        client,
        ssrcs,
        kbps,
        phase: random.unit(),
        ...(repairs !== undefined && { repairs }),
        ...(pace !== undefined && { pace }),
      });
    client.onConnected = () => {
      this.#camera?.start();
      this.connectedAtMs ??= clock.nowMs();
      this.#tell({ kind: 'connected', session, node });
    };
    client.onClosed = () => resolve('closed by the server');
    this.#leave = () => resolve('left');
    const openedAtMs = clock.nowMs();
    let timer = clock.setTimer(LOOK_INTERVAL_MS, look);
    function look(): void {
      const nowMs = clock.nowMs();
      if (client.connectedAtMs === undefined && nowMs - openedAtMs > CONNECT_LIMIT_MS)
        return resolve('the media connection did not come up');
      if (client.connectedAtMs !== undefined && nowMs - (client.heardAtMs ?? openedAtMs) > LOST_AFTER_MS)
        return resolve('lost');
      timer = clock.setTimer(LOOK_INTERVAL_MS, look);
    }
    const stopListening = this.#listen(session, resolve);
    const reason = await promise;
    timer.cancel();
    stopListening();
    this.#screen?.stop();
    this.#camera?.stop();
    this.#keyframesBefore += this.#camera?.keyframesAsked ?? 0;
    this.#screen = undefined;
    this.#camera = undefined;
    this.#leave = undefined;
    if (client.connectedAtMs !== undefined && !visit.isOver) this.reconnects += 1;
    this.#connection = undefined;
    this.#tell({ kind: 'over', session, node, reason });
    if (!visit.isOver) {
      await client.leave();
      this.#stopSession(connection, 'stopped');
    }
    return reason;
  }

  /** Hears the session's events by a gateway, and by another one when that is gone. */
  #listen(session: string, over: (reason: string) => void): () => void {
    const { world } = this.options;
    let stop = () => {};
    let isOver = false;
    const listen = () => {
      if (isOver) return;
      const gateway = this.#anyGateway();
      if (gateway === undefined) {
        const timer = world.clock.setTimer(LISTEN_AGAIN_MS, listen);
        stop = () => timer.cancel();
        return;
      }
      const { system } = gateway;
      const inbox = system.inbox(message => {
        if (message.type !== 'session-event') return;
        const { event, data } = message as SessionEvent;
        if (event === 'ended') over(data.reason ?? 'ended');
        if (event === 'reconnect') over('reconnect');
      });
      const { address } = refOf(session);
      const question: Question<Listen> = { type: 'listen', listener: inbox.address };
      askSession<Accepted>({ actors: system }, refOf(session), question).catch(() => {});
      const watch = system.watch(address, () => {
        if (isOver) return;
        if (world.nodes.get(gateway.name) === gateway) return over('the session is gone');
        // It is the gateway that is gone.
        leave();
        const timer = world.clock.setTimer(LISTEN_AGAIN_MS, listen);
        stop = () => timer.cancel();
      });
      const leave = () => {
        inbox.close();
        watch.cancel();
      };
      stop = leave;
    };
    listen();
    return () => {
      isOver = true;
      stop();
    };
  }

  #stopSession({ session }: Connection, reason: string): void {
    this.#anyGateway()?.system.tell(refOf(session).address, { type: 'close', reason } as Message);
  }

  #gateway(): ClusterNode {
    const gateway = this.#anyGateway();
    if (gateway === undefined) throw new Unreachable('no gateway answers');
    return gateway;
  }

  /** Of its own site, if there is one. */
  #anyGateway(): ClusterNode | undefined {
    const { world, idc } = this.options;
    const gateways = [...world.nodes.values()].filter(({ roles }) => roles.includes('gateway'));
    return gateways.find(gateway => gateway.idc === idc) ?? gateways[0];
  }

  #refused(status: number, retryAfterSeconds: number | undefined): void {
    const atMs = this.options.world.clock.nowMs();
    const refusal: Refusal = { atMs, status, ...(retryAfterSeconds !== undefined && { retryAfterSeconds }) };
    if (this.refusals.length < REFUSALS_KEPT) this.refusals.push(refusal);
    this.#tell({ kind: 'refused', ...refusal });
  }

  #tell(change: PageChange): void {
    this.options.onChange?.(this, change);
  }

  #sleep(durationMs: number): Promise<void> {
    return new Promise(resolve => this.options.world.clock.setTimer(durationMs, resolve));
  }
}

/** A request that got no answer. */
class Unreachable extends Error {}

function retryAfterOf(problem: { readonly headers?: Readonly<Record<string, string>> } | undefined) {
  const seconds = problem?.headers?.['Retry-After'];
  return seconds === undefined ? undefined : Number(seconds);
}

function refOf(session: string) {
  const place = parseSessionId(session);
  if (place?.node === undefined) throw new Error(`${session} does not name its node`);
  return { id: session, address: sessionAddress(place.node, place) };
}
