/**
 * A page of a teacher or a student against a real gateway: it connects by HTTP, ICE, DTLS and SRTP as a browser does, listens
 * to its session's events, and comes again by the pages' own rules. Media is the simulated camera's and screen's.
 */
import type { Clock } from '../../transports/clock.ts';
import type { DtlsCertificate } from '../../transports/dtls/certificate.ts';
import { waited } from '../bench/child.ts';
import { SimulatedCamera } from '../camera.ts';
import { type Called, pull, push } from '../load/join.ts';
import { MediaClient, mediaClientSsrcs } from '../load/media-client.ts';
import { hearEvents } from '../load/session-events.ts';
import { refusalOf, type Signalling } from '../load/signalling.socket.ts';
import { CONNECT_LIMIT_MS, keepTrying, LOOK_INTERVAL_MS, LOST_AFTER_MS } from '../page-waiting.ts';
import { SimulatedScreen } from '../screen.ts';
import type { SeededRandom } from '../seeded-random.ts';
import type { Watching } from './watching.ts';

/** A gateway that is away is asked again so often for the session's events, as EventSource does by itself. */
const LISTEN_AGAIN_MS = 1_000;

export interface RealPageOptions {
  readonly clock: Clock;
  readonly random: SeededRandom;
  readonly certificate: DtlsCertificate;
  /** The gateway, without a path. */
  readonly url: string;
  readonly signalling: Signalling;
  readonly stream: string;
  readonly uid: string;
  /** What a viewer has had; none of a publisher. */
  readonly watching?: Watching;
  /** Of a publisher's video. */
  readonly kbps: number;
}

interface Connection extends Called {
  readonly client: MediaClient;
}

export class RealPage {
  readonly #options: RealPageOptions;
  #closing = new AbortController();
  #leave: (() => void) | undefined;
  #trying: Promise<void> = Promise.resolve();
  #connection: Connection | undefined;
  /** How often a connection that had been up was lost. */
  reconnects = 0;

  constructor(options: RealPageOptions) {
    this.#options = options;
  }

  /** Media may flow. */
  get isConnected(): boolean {
    return this.#connection?.client.connectedAtMs !== undefined;
  }

  /** The id of its session, while there is one. */
  get session(): string | undefined {
    return this.#connection?.session;
  }

  open(): void {
    const { clock, random } = this.#options;
    this.#closing = new AbortController();
    this.#trying = keepTrying({
      random: () => random.unit(),
      nowMs: () => clock.nowMs(),
      sleep: async durationMs => void (await waited(durationMs, this.#closing.signal, clock)),
      isHere: () => !this.#closing.signal.aborted,
      attempt: async () => this.#supervise(await this.#connect()),
      refusalOf,
    });
  }

  /** Resolves once it has said goodbye. */
  async close(): Promise<void> {
    this.#closing.abort();
    this.#leave?.();
    await this.#trying;
  }

  async #connect(): Promise<Connection> {
    const { watching } = this.#options;
    const client = new MediaClient(this.#options);
    const called = await (watching === undefined ? push(client, this.#options) : pull(client, this.#options));
    client.onSend = called.settle;
    return { ...called, client };
  }

  /** Until it is over. */
  async #supervise(connection: Connection): Promise<void> {
    const { clock, url, random, kbps, watching } = this.#options;
    const { client, session } = connection;
    const over = Promise.withResolvers<void>();
    const leaving = new AbortController();
    this.#leave = over.resolve;
    this.#connection = connection;
    if (this.#closing.signal.aborted) over.resolve();
    const screen = watching && new SimulatedScreen({ clock, client, ...watching.begin(clock.nowMs()) });
    const camera =
      watching === undefined
        ? new SimulatedCamera({ clock, client, ssrcs: mediaClientSsrcs, kbps, phase: random.unit() })
        : undefined;
    // It may have happened already.
    client.onConnected = () => camera?.start();
    if (client.connectedAtMs !== undefined) camera?.start();
    const openedAtMs = clock.nowMs();
    const look = () => {
      const nowMs = clock.nowMs();
      const isUp = client.connectedAtMs !== undefined;
      const isLost = isUp && nowMs - (client.heardAtMs ?? openedAtMs) > LOST_AFTER_MS;
      if (client.endReason !== undefined || isLost || (!isUp && nowMs - openedAtMs > CONNECT_LIMIT_MS))
        return over.resolve();
      timer = clock.setTimer(LOOK_INTERVAL_MS, look);
    };
    let timer = clock.setTimer(LOOK_INTERVAL_MS, look);
    const listening = this.#listen(url, session, leaving.signal, over.resolve);
    await over.promise;
    timer.cancel();
    leaving.abort();
    screen?.stop();
    camera?.stop();
    this.#leave = undefined;
    this.#connection = undefined;
    const isClosing = this.#closing.signal.aborted;
    if (client.connectedAtMs !== undefined && !isClosing) this.reconnects += 1;
    await connection.leave();
    await listening;
    // A page that comes again does not wait for the answer, nor does ours (gateway/web/public/connection.js).
    const stopped = this.#stopSession(session);
    if (isClosing) await stopped;
  }

  /** Hears what the server says of the session, by this gateway or the one that is started in its place. */
  async #listen(url: string, session: string, signal: AbortSignal, over: () => void): Promise<void> {
    while (!signal.aborted) {
      try {
        await hearEvents(url, session, signal, event => {
          if (event === 'ended' || event === 'reconnect') over();
        });
      } catch {
        // The gateway is away, or knows nothing of the session: media will show which.
      }
      await waited(LISTEN_AGAIN_MS, signal, this.#options.clock);
    }
  }

  async #stopSession(session: string): Promise<void> {
    try {
      await this.#options.signalling.post('/signaling/stop', { session });
    } catch {
      // It is over already, or nobody is there who could be told.
    }
  }
}
