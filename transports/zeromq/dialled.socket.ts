/** A connection that this node has dialled: one DEALER, for one epoch. */
import { type Context, Dealer } from 'zeromq';
import type { Clock, Timer } from '../clock.ts';
import type { Parts } from './frame.ts';
import type { ClusterKeys } from './keys.ts';
import type { LinkEnd } from './link-end.ts';
import { commonOptions } from './socket-options.ts';

export interface DialledOptions {
  readonly context: Context;
  readonly clock: Clock;
  readonly endpoint: string;
  readonly routingId: string;
  readonly keys: ClusterKeys | undefined;
  onParts(parts: readonly Uint8Array[]): void;
  /** Called at most once, and not after `close`. */
  onLost(end: Omit<LinkEnd, 'by'>): void;
}

/** News of the connection comes another way than its messages: the last of them get this long to arrive before it. */
const LAST_MESSAGES_MS = 20;

export class DialledSocket {
  readonly #options: DialledOptions;
  readonly #socket: Dealer;
  #isSending = false;
  #isShaken = false;
  #lost = false;
  #lostTimer: Timer | undefined;

  /** Throws when the endpoint is none. */
  constructor(options: DialledOptions) {
    const { context, endpoint, routingId, keys } = options;
    this.#options = options;
    this.#socket = new Dealer({ context, routingId, ...commonOptions, ...curveOptions(keys) });
    this.#watch();
    try {
      this.#socket.connect(endpoint);
    } catch (error) {
      this.#socket.close();
      throw error;
    }
    void this.#receiveAll();
  }

  /** Whether a send waits for room; another one would be refused. */
  get isSending(): boolean {
    return this.#isSending;
  }

  /** Resolves when ZeroMQ has taken the message; never rejects. */
  async send(parts: Parts): Promise<void> {
    this.#isSending = true;
    try {
      await this.#socket.send(parts as (string | Uint8Array)[]);
    } catch (error) {
      if (!this.#socket.closed)
        this.#lose({ code: 'lost', words: `cannot send: ${(error as Error).message}` });
    } finally {
      this.#isSending = false;
    }
  }

  close(farewell: Parts | undefined): void {
    this.#lost = true;
    this.#lostTimer?.cancel();
    if (farewell !== undefined && !this.#isSending) void this.send(farewell);
    this.#socket.close();
  }

  #watch(): void {
    const { events } = this.#socket;
    const { endpoint } = this.#options;
    const refused = {
      code: 'keys',
      words: 'the handshake failed: it has other cluster keys than we, or is no zrtc node',
    } as const;
    events.on('handshake', () => {
      this.#isShaken = true;
    });
    events.on('handshake:error:auth', () => this.#lose(refused));
    events.on('handshake:error:protocol', () => this.#lose(refused));
    events.on('handshake:error:other', ({ error }) =>
      this.#lose(
        error.code === 'EAGAIN'
          ? { code: 'lost', words: `${endpoint} does not finish a handshake` }
          : refused,
      ),
    );
    events.on('close', () => this.#lose({ code: 'lost', words: `nobody listens at ${endpoint}` }));
    events.on('disconnect', () =>
      this.#lose(this.#isShaken ? { code: 'lost', words: 'the connection broke' } : refused),
    );
  }

  #lose(end: Omit<LinkEnd, 'by'>): void {
    if (this.#lost) return;
    this.#lost = true;
    this.#lostTimer = this.#options.clock.setTimer(LAST_MESSAGES_MS, () => {
      this.#options.onLost(end);
    });
  }

  async #receiveAll(): Promise<void> {
    try {
      for await (const parts of this.#socket) this.#options.onParts(parts);
    } catch (error) {
      if (!this.#socket.closed) this.#lose({ code: 'lost', words: (error as Error).message });
    }
  }
}

function curveOptions(keys: ClusterKeys | undefined) {
  if (keys === undefined) return {};
  const { server, client } = keys;
  return {
    curveServerKey: server.publicKey,
    curvePublicKey: client.publicKey,
    curveSecretKey: client.secretKey,
  };
}
