/**
 * Sends to the connections that others have dialled, which share one socket: in turns, one frame a peer, and one that
 * takes nothing is left alone for a while instead of keeping the others waiting.
 */
import type { Clock, Timer } from '../clock.ts';
import type { Parts } from './frame.ts';

/** What a send can come to. `full`: the peer takes nothing now; `gone`: it is not connected any more. */
export type Sent = 'sent' | 'full' | 'gone';

export interface IncomingPumpOptions {
  readonly clock: Clock;
  /** Called one at a time. */
  send(connection: string, parts: Parts): Promise<Sent>;
  /** The connections that `transmit` has something for, and perhaps others. */
  sendable(): Iterable<string>;
  transmit(connection: string): Parts | undefined;
  onGone(connection: string): void;
}

/** How long a peer that takes nothing is left alone: the time of some frames on a slow line. */
const RETRY_MS = 10;

export class IncomingPump {
  readonly #options: IncomingPumpOptions;
  /** Frames that a peer had no room for, one a peer; they go before all else. */
  readonly #held = new Map<string, Parts>();
  #farewells: (readonly [connection: string, parts: Parts])[] = [];
  #running: Promise<void> | undefined;
  #retryTimer: Timer | undefined;
  #isRetryDue = false;

  constructor(options: IncomingPumpOptions) {
    this.#options = options;
  }

  /** Sends what there is; resolves when nothing is left but what peers have no room for. */
  run(): Promise<void> {
    this.#running ??= this.#sendAll().finally(() => {
      this.#running = undefined;
    });
    return this.#running;
  }

  /** The connection has ended; its farewell goes out by the next `run`, if the peer has room for it. */
  end(connection: string, farewell: Parts | undefined): void {
    this.#held.delete(connection);
    if (farewell !== undefined) this.#farewells.push([connection, farewell]);
  }

  /** Sends the farewells; after it nothing is to be sent any more. */
  async close(): Promise<void> {
    await this.#running;
    await this.run();
    this.#retryTimer?.cancel();
    this.#held.clear();
  }

  async #sendAll(): Promise<void> {
    const { sendable, transmit } = this.#options;
    for (let again = true; again || this.#isRetryDue || this.#farewells.length > 0; ) {
      again = false;
      await this.#sendFarewells();
      if (this.#isRetryDue) await this.#sendHeld();
      for (const connection of [...sendable()]) {
        if (this.#held.has(connection)) continue;
        const parts = transmit(connection);
        if (parts !== undefined && (await this.#send(connection, parts))) again = true;
      }
    }
  }

  async #sendFarewells(): Promise<void> {
    const farewells = this.#farewells;
    this.#farewells = [];
    for (const [connection, parts] of farewells) await this.#options.send(connection, parts);
  }

  async #sendHeld(): Promise<void> {
    this.#isRetryDue = false;
    for (const [connection, parts] of [...this.#held]) {
      // It may have ended while another one's was sent.
      if (this.#held.delete(connection)) await this.#send(connection, parts);
    }
  }

  async #send(connection: string, parts: Parts): Promise<boolean> {
    const { send, onGone, clock } = this.#options;
    const sent = await send(connection, parts);
    if (sent === 'full') {
      this.#held.set(connection, parts);
      this.#retryTimer ??= clock.setTimer(RETRY_MS, () => {
        this.#retryTimer = undefined;
        this.#isRetryDue = true;
        void this.run();
      });
    }
    if (sent === 'gone') onGone(connection);
    return sent === 'sent';
  }
}
