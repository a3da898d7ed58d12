/** The port `http` of the node's actors: listens when the gateway's actor says so, and closes with it. */
import { readFile } from 'node:fs/promises';
import type Koa from 'koa';
import type { Config } from '../../actors/config/schema.ts';
import type { HttpCommand, Listening as ListeningMessage, NotListening } from '../../actors/node/messages.ts';
import type { Clock } from '../../transports/clock.ts';
import { type Listening, listen } from './listen.socket.ts';
import { certificateNames, selfSigned, type TlsFiles } from './self-signed.ts';

export class HttpFace {
  readonly #app: Koa;
  readonly #config: Config;
  readonly #clock: Clock;
  /** The machine's and the advertised ones: what a self-signed certificate is good for, besides the configured host. */
  readonly #addresses: readonly string[];
  /** The one listening, or about to. */
  #current: Promise<Listening | undefined> = Promise.resolve(undefined);

  constructor(app: Koa, config: Config, clock: Clock, addresses: readonly string[]) {
    this.#app = app;
    this.#config = config;
    this.#clock = clock;
    this.#addresses = addresses;
  }

  perform(command: HttpCommand, answer: (message: ListeningMessage | NotListening) => void): void {
    switch (command.do) {
      case 'listen':
        this.#current = this.#listenAfter(this.#current, answer);
        return;
      case 'close':
        this.#current = this.#current.then(async listening => {
          await listening?.close();
          return undefined;
        });
        return;
      default:
        command.do satisfies never;
    }
  }

  /** Resolves when nothing listens any more. */
  async closed(): Promise<void> {
    await (await this.#current)?.close();
  }

  /** A restarted gateway listens when its predecessor has let go of the port. */
  async #listenAfter(
    before: Promise<Listening | undefined>,
    answer: (message: ListeningMessage | NotListening) => void,
  ): Promise<Listening | undefined> {
    try {
      await (await before)?.close();
      const { http, auth } = this.#config;
      const tls = await this.#tls();
      const listening = await listen(this.#app, {
        host: http.host,
        port: http.port,
        ...(tls !== undefined && { tls }),
        hasSecret: auth.secret !== undefined,
        clock: this.#clock,
      });
      answer({ type: 'listening', url: listening.url });
      return listening;
    } catch (error) {
      answer({ type: 'not-listening', reason: error instanceof Error ? error.message : String(error) });
      return undefined;
    }
  }

  async #tls(): Promise<TlsFiles | undefined> {
    const { tls, host } = this.#config.http;
    if (tls === 'off') return undefined;
    if (tls === 'self-signed') {
      return selfSigned(certificateNames(host, this.#addresses), this.#clock.wallMs());
    }
    return { cert: await readFile(tls.cert, 'utf8'), key: await readFile(tls.key, 'utf8') };
  }
}
