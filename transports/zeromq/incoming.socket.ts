/** The connections that others have dialled: one ROUTER for all. */
import { type Context, Router } from 'zeromq';
import type { Parts } from './frame.ts';
import type { Sent } from './incoming-pump.ts';
import type { ClusterKeys } from './keys.ts';
import { commonOptions } from './socket-options.ts';
import { openZap, type ZapHandler } from './zap.socket.ts';

export interface IncomingOptions {
  readonly context: Context;
  readonly keys: ClusterKeys | undefined;
  onMessage(routingId: Buffer, parts: readonly Uint8Array[]): void;
  /** A connection has failed in the handshake. */
  onStranger(): void;
  /** Nothing more will be received. */
  onFailed(error: unknown): void;
}

export interface IncomingCounters {
  connectionsAccepted: number;
  /** Of these, the ones that had the cluster's keys. */
  handshakes: number;
  /** Those that failed in the handshake: other keys, none, or another protocol. */
  handshakesFailed: number;
}

export class IncomingSocket {
  readonly counters: IncomingCounters = { connectionsAccepted: 0, handshakes: 0, handshakesFailed: 0 };
  readonly #options: IncomingOptions;
  readonly #socket: Router;
  readonly #ended = Promise.withResolvers<void>();
  #zap: ZapHandler | undefined;
  #isReceiving = false;

  constructor(options: IncomingOptions) {
    const { context, keys } = options;
    this.#options = options;
    this.#socket = new Router({
      context,
      ...commonOptions,
      // One peer that takes nothing must not keep the others waiting: sends fail at once, and are tried again.
      sendTimeout: 0,
      mandatory: true,
      ...(keys === undefined
        ? {}
        : { curveServer: true, curveSecretKey: keys.server.secretKey, zapDomain: 'zrtc' }),
    });
    this.#watch();
  }

  /** Resolves to the endpoint with the port that was taken. Rejects when it cannot be bound. */
  async bind(endpoint: string): Promise<string> {
    const { context, keys } = this.#options;
    if (keys !== undefined) this.#zap ??= await openZap(context, keys.client.publicKey);
    await this.#socket.bind(endpoint);
    const { lastEndpoint } = this.#socket;
    if (!this.#isReceiving) void this.#receiveAll();
    this.#isReceiving = true;
    return lastEndpoint ?? endpoint;
  }

  /** One at a time. */
  async send(routingId: Buffer, parts: Parts): Promise<Sent> {
    try {
      await this.#socket.send([routingId, ...(parts as (string | Uint8Array)[])]);
      return 'sent';
    } catch (error) {
      return (error as NodeJS.ErrnoException).code === 'EAGAIN' ? 'full' : 'gone';
    }
  }

  /** Resolves when the ports are free again. */
  async close(): Promise<void> {
    this.#socket.close();
    await this.#ended.promise;
    this.#zap?.close();
  }

  #watch(): void {
    const { events } = this.#socket;
    events.on('accept', () => {
      this.counters.connectionsAccepted += 1;
    });
    events.on('handshake', () => {
      this.counters.handshakes += 1;
    });
    for (const failure of ['protocol', 'auth', 'other'] as const) {
      events.on(`handshake:error:${failure}`, () => {
        this.counters.handshakesFailed += 1;
        this.#options.onStranger();
      });
    }
    events.on('end', () => this.#ended.resolve());
  }

  async #receiveAll(): Promise<void> {
    try {
      for await (const [routingId, ...parts] of this.#socket) this.#options.onMessage(routingId!, parts);
    } catch (error) {
      if (!this.#socket.closed) this.#options.onFailed(error);
    }
  }
}
