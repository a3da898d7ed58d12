/**
 * The actor system of one thread: what everything outside the actors holds. Inside, each file beside this one does one
 * thing; this one only puts them together.
 */
import type { Clock } from '../../transports/clock.ts';
import type { Random } from '../../transports/random.ts';
import type { Address } from './address.ts';
import { Asks } from './asks.ts';
import type { Behaviour, DownReason, Message } from './behaviour.ts';
import type { AnyBehaviour } from './cell.ts';
import { type Counters, newCounters } from './counters.ts';
import { type CountingClock, countingClock } from './counting-clock.ts';
import { DeadLetters, REPLY_SEGMENT } from './dead-letters.ts';
import type { Directory } from './destination.ts';
import { AskTimeout, NotReachable } from './failures.ts';
import { InFlight } from './in-flight.ts';
import { type Inbox, openInbox } from './inbox.ts';
import { carryOut, type Port } from './interpreter.ts';
import type { Link } from './link.ts';
import { errorFacts, type Log } from './log-entry.ts';
import { Mailbox } from './mailbox.ts';
import { NactStage } from './nact.ts';
import { PostOffice } from './post-office.ts';
import { isUnder, Routes } from './routes.ts';
import { Tree } from './tree.ts';

export interface ActorSystemOptions {
  readonly node: string;
  /** The path that this system's actors lie at or beneath: '' for all of the node, `/shards/shard-0` in a worker. */
  readonly root: string;
  readonly clock: Clock;
  readonly random: Random;
  /** By the name that the effect `do` uses. A port that throws crashes the actor that gave the command. */
  readonly ports: Readonly<Record<string, Port>>;
  readonly log?: Log;
  /** A top actor has crashed and is not started again: `restart` is `never`, or it did so too often. */
  readonly onRootFailure?: (error: unknown) => void;
  /** A development switch: local messages are copied too, so that what only works within a thread fails at once. */
  readonly localCodec?: boolean;
}

/** What a system keeps, for tests of leaks; all are 0 once it has been stopped. */
export interface Census {
  readonly actors: number;
  /** Actors, inboxes and reply addresses. */
  readonly destinations: number;
  readonly asks: number;
  /** Of these, what actors keep so that the ask ends with them. */
  readonly asksOfActors: number;
  readonly inboxes: number;
  /** Watches of what lives in this system. */
  readonly watches: number;
  /** Watches and asks that hang on links. */
  readonly overLinks: number;
  /** nact's actors: one an actor, one an inbox, and one of the system's own until it is stopped. */
  readonly seats: number;
}

/** Incarnations a millisecond that the clock makes room for, so that those of a later process are always higher. */
const INCARNATIONS_PER_MS = 1000;

export class ActorSystem {
  readonly counters: Readonly<Counters>;
  readonly #node: string;
  readonly #root: string;
  readonly #clock: CountingClock;
  readonly #log: Log;
  readonly #stage = new NactStage();
  readonly #inFlight = new InFlight();
  readonly #directory: Directory = new Map();
  readonly #inboxes = new Set<Inbox>();
  readonly #routes: Routes;
  readonly #postOffice: PostOffice;
  readonly #asks: Asks;
  readonly #deadLetters: DeadLetters;
  readonly #tree: Tree;
  /** Gives watchers outside the actors their turn, so that none is called in the midst of an actor's effects. */
  readonly #outside: Mailbox<() => void>;
  #incarnation: number;
  #stopping: Promise<void> | undefined;

  constructor(options: ActorSystemOptions) {
    const { node, root, random, ports } = options;
    const log: Log = entry => {
      try {
        options.log?.(entry);
      } catch {
        // A log that fails must not take the actors with it, and there is nowhere left to say so.
      }
    };
    const clock = countingClock(options.clock);
    const counters = newCounters();
    const directory = this.#directory;
    const nextIncarnation = () => {
      this.#incarnation += 1;
      return this.#incarnation;
    };
    const routes = new Routes(node, root);
    const deadLetters = new DeadLetters(clock, counters, log);
    const localCodec = options.localCodec ?? false;
    const postOffice = new PostOffice({ node, directory, routes, deadLetters, counters, localCodec });
    const asks = new Asks({ node, root, clock, directory, postOffice, nextIncarnation });
    const tree: Tree = new Tree({
      node,
      clock,
      random,
      stage: this.#stage,
      inFlight: this.#inFlight,
      directory,
      postOffice,
      counters,
      log,
      nextIncarnation,
      carryOut: (cell, effect) => carryOut({ tree, postOffice, asks, ports }, cell, effect),
      onRootFailure: error => this.#rootFailed(options.onRootFailure, error),
    });
    this.#node = node;
    this.#root = root;
    this.#clock = clock;
    this.#log = log;
    this.#incarnation = Math.floor(clock.wallMs() * INCARNATIONS_PER_MS);
    this.#routes = routes;
    this.#postOffice = postOffice;
    this.#asks = asks;
    this.#deadLetters = deadLetters;
    this.#tree = tree;
    this.counters = counters;
    this.#outside = new Mailbox({
      stage: this.#stage,
      name: 'outside',
      inFlight: this.#inFlight,
      receive: call => call(),
      onFault: error => this.#outsideThrew(root, error),
    });
  }

  /**
   * Starts a top actor. `path` is the root itself or lies beneath it; throws when it does not, when it is taken, or
   * when the system has been stopped. A crash in the behaviour's `start` is met like any other crash.
   */
  start<Args, State, M extends Message>(
    path: string,
    behaviour: Behaviour<Args, State, M>,
    args: Args,
  ): Address {
    if (this.#stopping !== undefined) throw new Error('the actor system has been stopped');
    if (!isUnder(this.#root, path) || isUnder(`${this.#root}/${REPLY_SEGMENT}`, path)) {
      throw new Error(`${path} is not beneath ${this.#root === '' ? '/' : this.#root}`);
    }
    return this.#tree.startTop(path, behaviour as unknown as AnyBehaviour, args);
  }

  /** At most once, in order per sender and receiver; what cannot be delivered is a dead letter. */
  tell(to: Address, message: Message): void {
    this.#postOffice.send(to, message);
  }

  /** Sends `message` with `replyTo` in it. Rejects with AskTimeout, or NotReachable when nobody is there to answer. */
  ask<T extends Message>(to: Address, message: Message, timeoutMs: number): Promise<T> {
    return new Promise((resolve, reject) => {
      this.#asks.ask(to, message, timeoutMs, result => {
        if (result.kind === 'answer') resolve(result.message as T);
        else reject(result.kind === 'timeout' ? new AskTimeout(to, timeoutMs) : new NotReachable(to));
      });
    });
  }

  /** An address for whoever is not an actor. What `onMessage` throws is logged. */
  inbox(onMessage: (message: Message) => void): Inbox {
    this.#incarnation += 1;
    const incarnation = this.#incarnation;
    const path = `${this.#root}/${REPLY_SEGMENT}/inbox-${incarnation}`;
    const inbox = openInbox({
      address: { node: this.#node, incarnation, path },
      stage: this.#stage,
      inFlight: this.#inFlight,
      directory: this.#directory,
      postOffice: this.#postOffice,
      receive: onMessage,
      onFault: error => this.#outsideThrew(path, error),
      onClosed: closed => this.#inboxes.delete(closed),
    });
    this.#inboxes.add(inbox);
    return inbox;
  }

  /** Calls `onDown` once, in a later turn, unless it is cancelled before that. */
  watch(address: Address, onDown: (reason: DownReason) => void): { cancel(): void } {
    let cancelled = false;
    const takeBack = this.#postOffice.watch(address, reason =>
      this.#outside.put(() => {
        if (!cancelled) onDown(reason);
      }),
    );
    return {
      cancel() {
        cancelled = true;
        takeBack();
      },
    };
  }

  /** Addresses of this node at or beneath `prefix` are reached over `link`, in place of what was attached there. */
  attach(prefix: string, link: Link): void {
    this.#postOffice.attachPrefix(prefix, link);
  }

  /** Ends the epoch of the link: watches over it are told `no connection`, asks over it have no answer. */
  detach(prefix: string): void {
    this.#routes.prefix(prefix)?.close();
  }

  /** Addresses of another node are reached over `link`. */
  attachNode(node: string, link: Link): void {
    this.#postOffice.attachNode(node, link);
  }

  detachNode(node: string): void {
    this.#routes.node(node)?.close();
  }

  /** Whatever is neither of this system nor attached is reached over `link`: from a worker, all the rest. */
  setDefaultRoute(link: Link): void {
    this.#postOffice.attachDefault(link);
  }

  /** Stops an actor of this system, leaves first; it is not restarted. Nothing happens when it is gone. */
  stopActor(address: Address): void {
    const cell = address.node === this.#node ? this.#tree.cell(address) : undefined;
    if (cell !== undefined) this.#tree.end(cell, 'stopped');
  }

  /** Stops every actor, leaves first and the youngest top actor before the older, then all the rest. */
  stop(): Promise<void> {
    this.#stopping ??= this.#stop();
    return this.#stopping;
  }

  /** Messages on their way within this system, exactly. */
  get pending(): number {
    return this.#inFlight.count;
  }

  /** Resolves when no message is on its way; at once if none is. */
  whenQuiet(): Promise<void> {
    return this.#inFlight.whenQuiet();
  }

  /** The paths of the actors that live, in the order of their (latest) start. */
  paths(): string[] {
    return this.#tree.paths();
  }

  /** Timers that are still to fire: those of actors, and one for every open ask. */
  get timersSet(): number {
    return this.#clock.timersSet;
  }

  get census(): Census {
    return {
      actors: this.#tree.paths().length,
      destinations: this.#directory.size,
      asks: this.#asks.size,
      asksOfActors: this.#tree.openAsks,
      inboxes: this.#inboxes.size,
      watches: [...this.#directory.values()].reduce((sum, { watchers }) => sum + watchers.size, 0),
      overLinks: this.#routes.all().reduce((sum, epoch) => sum + epoch.size, 0),
      seats: this.#stage.size,
    };
  }

  async #stop(): Promise<void> {
    this.#deadLetters.closing();
    this.#tree.endAll();
    // Inboxes hear the last words of the actors before they too are closed.
    await this.#inFlight.whenQuiet();
    for (const inbox of [...this.#inboxes]) inbox.close();
    for (const epoch of this.#routes.all()) epoch.close();
    this.#asks.refuseAll();
    await this.#inFlight.whenQuiet();
    this.#outside.close();
    this.#stage.close();
  }

  #rootFailed(onRootFailure: ((error: unknown) => void) | undefined, error: unknown): void {
    this.#log({ level: 'error', message: 'a top actor is lost', path: this.#root, ...errorFacts(error) });
    this.#outside.put(() => onRootFailure?.(error));
  }

  #outsideThrew(path: string, error: unknown): void {
    this.#log({ level: 'error', message: 'a listener outside the actors threw', path, ...errorFacts(error) });
  }
}
