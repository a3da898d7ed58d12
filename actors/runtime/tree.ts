/**
 * The tree of actors: starts them, gives them their messages, stops them leaves first, and restarts what has crashed.
 * `start` runs, and its effects are carried out, within the `spawn` that asks for it: after the effect the child is
 * there, and a crash in its `start` is the child's, met by the same restarts as any other.
 */
import type { Clock } from '../../transports/clock.ts';
import type { Random } from '../../transports/random.ts';
import type { Address } from './address.ts';
import type { DownReason, Self, Step } from './behaviour.ts';
import type { AnyBehaviour, Cell, Letter } from './cell.ts';
import type { Counters } from './counters.ts';
import { REPLY_SEGMENT } from './dead-letters.ts';
import { type Directory, Watchers } from './destination.ts';
import type { Effect } from './effects.ts';
import { RestartsExceeded } from './failures.ts';
import type { InFlight } from './in-flight.ts';
import { KeyedTimers } from './keyed-timers.ts';
import { errorFacts, type Log } from './log-entry.ts';
import { Mailbox } from './mailbox.ts';
import type { NactStage } from './nact.ts';
import type { PostOffice } from './post-office.ts';
import { RestartWindow } from './supervision.ts';
import { Watching } from './watching.ts';

export interface TreeOptions {
  readonly node: string;
  readonly clock: Clock;
  readonly random: Random;
  readonly stage: NactStage;
  readonly inFlight: InFlight;
  readonly directory: Directory;
  readonly postOffice: PostOffice;
  readonly counters: Counters;
  readonly log: Log;
  readonly nextIncarnation: () => number;
  readonly carryOut: (cell: Cell, effect: Effect) => void;
  /** A top actor has crashed and is not started again. */
  readonly onRootFailure: (error: unknown) => void;
}

interface Place {
  readonly parent: Cell | undefined;
  readonly supervisor: RestartWindow;
  readonly path: string;
  readonly name: string;
  readonly behaviour: AnyBehaviour;
  readonly args: unknown;
}

export class Tree {
  readonly #options: TreeOptions;
  readonly #cells = new Map<string, Cell>();
  readonly #tops = new Map<string, Cell>();
  #closed = false;

  constructor(options: TreeOptions) {
    this.#options = options;
  }

  /** The paths of the actors that live, parents before their children. */
  paths(): string[] {
    return [...this.#cells.keys()];
  }

  /** Asks that living actors wait for. */
  get openAsks(): number {
    return [...this.#cells.values()].reduce((sum, { asks }) => sum + asks.size, 0);
  }

  cell({ path, incarnation }: Address): Cell | undefined {
    const cell = this.#cells.get(path);
    return incarnation === 0 || incarnation === cell?.address.incarnation ? cell : undefined;
  }

  /** A top actor. Throws when the path is taken. */
  startTop(path: string, behaviour: AnyBehaviour, args: unknown): Address {
    if (this.#cells.has(path)) throw new Error(`${path} is taken by a living actor`);
    const name = path.slice(path.lastIndexOf('/') + 1);
    const supervisor = new RestartWindow();
    return this.#launch({ parent: undefined, supervisor, path, name, behaviour, args }).address;
  }

  /** Throws when a living child has the name, or when it is no name. */
  spawn(parent: Cell, name: string, behaviour: AnyBehaviour, args: unknown): void {
    if (name === '' || name === REPLY_SEGMENT || name.includes('/')) {
      throw new Error(`"${name}" is no name for an actor`);
    }
    if (parent.children.has(name)) throw new Error(`${parent.path} has a living child named ${name}`);
    const path = `${parent.path}/${name}`;
    this.#launch({ parent, supervisor: parent.childRestarts, path, name, behaviour, args });
  }

  /** Ends an actor: its children first, the youngest before the older; then its last effects; then who watches is told. */
  end(cell: Cell, reason: DownReason): void {
    if (cell.ended !== undefined) return;
    cell.ended = reason;
    for (const child of [...cell.children.values()].reverse()) this.end(child, 'stopped');
    cell.timers.clear();
    cell.watching.clear();
    for (const forget of [...cell.asks]) forget();
    cell.asks.clear();
    this.#lastEffects(cell);
    this.#cells.delete(cell.path);
    this.#options.directory.delete(cell.path);
    if (cell.parent === undefined) this.#tops.delete(cell.path);
    else cell.parent.children.delete(cell.name);
    for (const { message, ticket } of cell.mailbox.close()) {
      if (ticket === undefined) this.#options.postOffice.unread(cell.address, message);
    }
    cell.watchers.tell(reason);
  }

  /** Ends all, the youngest top actor first; nothing is restarted after that. */
  endAll(): void {
    this.#closed = true;
    for (const top of [...this.#tops.values()].reverse()) this.end(top, 'stopped');
  }

  #launch(place: Place): Cell {
    const { node, clock, stage, inFlight, directory, postOffice } = this.#options;
    const incarnation = this.#options.nextIncarnation();
    const put = (letter: Letter) => mailbox.put(letter);
    const mailbox = new Mailbox<Letter>({
      stage,
      name: `${place.name}.${incarnation}`,
      inFlight,
      receive: letter => this.#receive(cell, letter),
      onFault: error => this.#crash(cell, error),
    });
    const cell: Cell = {
      ...place,
      address: { node, incarnation, path: place.path },
      children: new Map(),
      childRestarts: new RestartWindow(),
      mailbox,
      timers: new KeyedTimers(clock, put),
      watching: new Watching((target, onDown) => postOffice.watch(target, onDown), put),
      watchers: new Watchers(),
      asks: new Set(),
      accept: message => mailbox.offer({ message }),
      started: false,
      state: undefined,
      ended: undefined,
    };
    this.#cells.set(place.path, cell);
    directory.set(place.path, cell);
    if (place.parent === undefined) this.#tops.set(place.path, cell);
    else place.parent.children.set(place.name, cell);
    this.#step(cell, self => place.behaviour.start(place.args as never, self));
    return cell;
  }

  #receive(cell: Cell, { message, ticket }: Letter): void {
    if (ticket !== undefined) {
      if (ticket.takenBack) return;
      ticket.taken();
    }
    this.#options.counters.messages += 1;
    this.#step(cell, self => cell.behaviour.receive(cell.state, message as never, self));
    if (cell.ended === 'crashed') this.#options.postOffice.refuse(message);
  }

  #step(cell: Cell, behave: (self: Self) => Step<unknown>): void {
    try {
      const [state, ...effects] = behave(this.#self(cell));
      cell.state = state;
      cell.started = true;
      for (const effect of effects) {
        if (cell.ended !== undefined) {
          if (cell.ended === 'stopped')
            this.#logOf(cell, 'warn', 'effects after its end are not carried out');
          return;
        }
        this.#options.carryOut(cell, effect);
      }
    } catch (error) {
      this.#crash(cell, error);
    }
  }

  /** Without a state there is nothing that `stopped` could close: `start` has thrown before it asked for anything. */
  #lastEffects(cell: Cell): void {
    const { stopped } = cell.behaviour;
    if (stopped === undefined || !cell.started) return;
    try {
      for (const effect of stopped.call(cell.behaviour, cell.state as never, this.#self(cell))) {
        try {
          // All else would outlive the actor, or speak to it.
          if (effect.effect === 'tell' || effect.effect === 'do') this.#options.carryOut(cell, effect);
          else this.#logOf(cell, 'warn', `an actor that ends cannot ${effect.effect}`);
        } catch (error) {
          this.#logOf(cell, 'error', 'one of its last effects failed', error);
        }
      }
    } catch (error) {
      this.#logOf(cell, 'error', 'its stopped() threw', error);
    }
  }

  #crash(cell: Cell, error: unknown): void {
    if (cell.ended !== undefined) {
      this.#logOf(cell, 'error', 'threw while it ended', error);
      return;
    }
    this.#options.counters.crashes += 1;
    this.#logOf(cell, 'error', 'crashed', error);
    this.end(cell, 'crashed');
    const { parent } = cell;
    // Its last effects, or the log, may have led to the end of what is above it.
    if (this.#closed || parent?.ended !== undefined) return;
    if (cell.behaviour.restart === 'never') {
      if (parent === undefined) this.#options.onRootFailure(error);
    } else if (cell.supervisor.allows(this.#options.clock.nowMs())) {
      this.#options.counters.restarts += 1;
      this.#launch(cell);
    } else {
      const failure = new RestartsExceeded(cell.path, error);
      if (parent === undefined) this.#options.onRootFailure(failure);
      else this.#crash(parent, failure);
    }
  }

  #self(cell: Cell): Self {
    const { clock, random } = this.#options;
    return { address: cell.address, nowMs: clock.nowMs(), wallMs: clock.wallMs(), random };
  }

  #logOf(cell: Cell, level: 'warn' | 'error', message: string, error?: unknown): void {
    const facts = error === undefined ? {} : errorFacts(error);
    this.#options.log({ level, message, path: cell.path, behaviour: cell.behaviour.name, ...facts });
  }
}
