/**
 * Texts kept in Redis for as long as their leases last, a number that only grows, and a channel that all who share them
 * hear. One connection for commands and one that listens are one thing: when either fails, both are made anew.
 */
import { createClient, type RedisClientType } from '@redis/client';
import type { Clock, Timer } from '../clock.ts';

/** Between two attempts to connect, at first; it doubles with each that fails. */
const RETRY_FIRST_MS = 100;
/** The longest wait: Redis is found again within the time in which it was given up. */
const RETRY_MAX_MS = 2000;
/** A connection that lasted this long was no flapping one: the next wait is the shortest again. */
const STEADY_MS = 5000;
/** From the first packet until both connections can be used: a few round trips, with TLS, on a busy machine. */
const CONNECT_MAX_MS = 2000;
/** Commands that wait for an answer: ten thousand nodes say two a second, and one that answers none is given up in two. */
const COMMANDS_MAX = 65_536;
/** Keys that are asked for at once: some megabytes. */
const SCAN_COUNT = 500;
/** Ten thousand nodes, told of by each of eight schedulers; there are never more. */
const KEYS_MAX = 80_000;

/** A sorted set of one: of Redis' commands ZADD alone has the comparison in it (GT, since 6.2). */
const HIGHEST = 'highest';

export interface LeaseStoreOptions {
  /** `redis://` or `rediss://`; may hold a password. */
  readonly url: string;
  /** What all names in Redis begin with; no character of it has a meaning in patterns. */
  readonly prefix: string;
  /** How Redis lists this client. */
  readonly name: string;
  readonly clock: Clock;
  /** From now on everything that is published is heard, until `onLost`. */
  readonly onConnected: () => void;
  /** Called once for each connection, and for each attempt that failed. */
  readonly onLost: (reason: string) => void;
  readonly onPublished: (text: string) => void;
}

interface Connection {
  readonly commands: RedisClientType;
  readonly listener: RedisClientType;
  isUp: boolean;
}

export class LeaseStore {
  readonly #options: LeaseStoreOptions;
  readonly #leases: string;
  readonly #numbers: string;
  readonly #channel: string;
  #connection: Connection | undefined;
  #timer: Timer | undefined;
  #retryMs = RETRY_FIRST_MS;
  #isOpen = false;
  #upSinceMs = 0;

  constructor(options: LeaseStoreOptions) {
    this.#options = options;
    this.#leases = `${options.prefix}lease:`;
    this.#numbers = `${options.prefix}numbers`;
    this.#channel = `${options.prefix}words`;
  }

  /** Connects, and again whenever the connection is lost, until it is closed. One that is open begins anew. */
  open(): void {
    this.close();
    this.#isOpen = true;
    this.#retryMs = RETRY_FIRST_MS;
    this.#attempt();
  }

  /** Nothing is called back after this. */
  close(): void {
    this.#isOpen = false;
    this.#timer?.cancel();
    this.#timer = undefined;
    this.#drop();
  }

  /** What is connected does not answer. */
  reconnect(): void {
    this.#lost(this.#connection, 'no answer');
  }

  keep(key: string, text: string, leaseMs: number): void {
    this.#command(({ commands }) =>
      commands.set(this.#leases + key, text, { expiration: { type: 'PX', value: leaseMs } }),
    );
  }

  /** Before the lease is over. */
  drop(key: string): void {
    this.#command(({ commands }) => commands.del(this.#leases + key));
  }

  publish(text: string): void {
    this.#command(({ commands }) => commands.publish(this.#channel, text));
  }

  /** The number is this from now on, unless it is higher already, by whomever. */
  raise(number: number): void {
    const highest = { score: number, value: HIGHEST };
    this.#command(({ commands }) => commands.zAdd(this.#numbers, highest, { comparison: 'GT' }));
  }

  /** Hands over everything that is kept, and the number, 0 at first; does not if the connection is lost meanwhile. */
  readAll(onRead: (texts: readonly string[], highest: number) => void): void {
    this.#command(async connection => {
      const { commands } = connection;
      const [texts, highest] = await Promise.all([
        this.#readAll(commands),
        commands.zScore(this.#numbers, HIGHEST),
      ]);
      if (connection === this.#connection) onRead(texts, highest ?? 0);
    });
  }

  async #readAll(commands: RedisClientType): Promise<readonly string[]> {
    const pattern = `${this.#leases}*`;
    const keys = new Set<string>();
    const texts: string[] = [];
    for await (const found of commands.scanIterator({ MATCH: pattern, COUNT: SCAN_COUNT })) {
      // A scan may name a key twice.
      const fresh = found.filter(key => !keys.has(key));
      for (const key of fresh) keys.add(key);
      if (keys.size > KEYS_MAX) throw new Error(`more than ${KEYS_MAX} keys begin with ${this.#leases}`);
      if (fresh.length === 0) continue;
      for (const text of await commands.mGet(fresh)) if (text !== null) texts.push(text);
    }
    return texts;
  }

  /** A command that fails means that what is shared does not get through, whatever the reason. */
  #command(send: (connection: Connection) => Promise<unknown>): void {
    const connection = this.#connection;
    if (connection?.isUp !== true) return;
    send(connection).catch((error: unknown) => this.#lost(connection, reasonOf(error)));
  }

  #attempt(): void {
    const connection = { commands: this.#client(), listener: this.#client(), isUp: false };
    this.#connection = connection;
    const fail = (error: unknown) => this.#lost(connection, reasonOf(error));
    for (const client of [connection.commands, connection.listener]) {
      client.on('error', fail);
      client.on('end', () => this.#lost(connection, 'the connection was closed'));
    }
    this.#timer = this.#options.clock.setTimer(CONNECT_MAX_MS, () => this.#lost(connection, 'no answer'));
    this.#connect(connection).catch(fail);
  }

  async #connect(connection: Connection): Promise<void> {
    const { commands, listener } = connection;
    await Promise.all([commands.connect(), listener.connect()]);
    await listener.subscribe(this.#channel, text => {
      if (connection === this.#connection) this.#options.onPublished(text);
    });
    if (connection !== this.#connection) return;
    this.#timer?.cancel();
    this.#timer = undefined;
    this.#upSinceMs = this.#options.clock.nowMs();
    connection.isUp = true;
    this.#options.onConnected();
  }

  #client(): RedisClientType {
    return createClient({
      url: this.#options.url,
      name: this.#options.name,
      socket: { connectTimeout: CONNECT_MAX_MS, reconnectStrategy: false },
      disableOfflineQueue: true,
      commandsQueueMaxLength: COMMANDS_MAX,
      disableClientInfo: true,
      maintNotifications: 'disabled',
    }) as RedisClientType;
  }

  #lost(connection: Connection | undefined, reason: string): void {
    if (connection === undefined || connection !== this.#connection) return;
    const { clock, onLost } = this.#options;
    if (connection.isUp && clock.nowMs() - this.#upSinceMs >= STEADY_MS) this.#retryMs = RETRY_FIRST_MS;
    this.#drop();
    this.#timer?.cancel();
    this.#timer = clock.setTimer(this.#retryMs, () => this.#attempt());
    this.#retryMs = Math.min(RETRY_MAX_MS, 2 * this.#retryMs);
    if (this.#isOpen) onLost(reason);
  }

  #drop(): void {
    const connection = this.#connection;
    this.#connection = undefined;
    for (const client of [connection?.commands, connection?.listener]) {
      if (client === undefined) continue;
      // Of one that was given up nothing is of interest any more, but an event `error` without a listener is thrown.
      client.removeAllListeners();
      client.on('error', () => {});
      client.destroy();
    }
  }
}

/** Some errors of sockets have a code and no words. */
function reasonOf(error: unknown): string {
  const { message, code } = error as { readonly message?: string; readonly code?: string };
  return message || code || String(error);
}
