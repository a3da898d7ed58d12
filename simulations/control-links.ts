/**
 * The control links of a simulated cluster, where ZeroMQ over TCP would be: as late as the line between two nodes, stalled
 * while that is cut, given up as ZeroMQ links are, and made again.
 */
import type { ActorSystem } from '../actors/runtime/system.ts';
import type { LinkUp } from '../actors/scheduler/messages.ts';
import { membershipAddress } from '../actors/sessions/facts.ts';
import type { Clock, Timer } from '../transports/clock.ts';
import { REDIAL_FIRST_MS, SILENCE_MAX_MS } from '../transports/zeromq/limits.ts';
import { type MemoryLink, memoryLink } from './memory-link.ts';
import { Overlaps } from './overlaps.ts';

export interface ControlEnd {
  readonly name: string;
  readonly system: Pick<ActorSystem, 'attachNode' | 'detachNode' | 'tell'>;
}

/** Two nodes that run. */
interface Pair {
  readonly one: ControlEnd;
  readonly other: ControlEnd;
  /** Undefined once it is given up, until it is dialled again. */
  link: MemoryLink | undefined;
  redial: Timer | undefined;
}

/** A link on a line that is cut; one of the two nodes may have gone since. */
interface Stalled {
  readonly pair: Pair;
  readonly giveUp: Timer;
}

export class ControlLinks {
  readonly #clock: Clock;
  /** One way between the two, ms; undefined: at once. */
  readonly #delayMs: (one: string, other: string) => number | undefined;
  readonly #pairs = new Map<string, Pair>();
  /** Of lines, whether or not the nodes at their ends run. */
  readonly #cuts = new Overlaps();
  readonly #stalled = new Map<string, Stalled>();

  constructor(clock: Clock, delayMs: (one: string, other: string) => number | undefined) {
    this.#clock = clock;
    this.#delayMs = delayMs;
  }

  /** While the line between the two is cut they are not linked. */
  connect(one: ControlEnd, other: ControlEnd): void {
    const key = keyOf(one.name, other.name);
    const pair: Pair = { one, other, link: undefined, redial: undefined };
    this.#pairs.set(key, pair);
    if (!this.#cuts.has(key)) this.#dial(pair);
  }

  /**
   * The node's process is gone: whoever was linked with it hears so at once, as TCP has it. Over a line that is cut nothing
   * is heard of it, and the other gives the link up as any that is silent.
   */
  remove(name: string): void {
    for (const [key, pair] of this.#pairs) {
      const { one, other } = pair;
      if (one.name !== name && other.name !== name) continue;
      this.#pairs.delete(key);
      pair.redial?.cancel();
      if (!this.#cuts.has(key)) pair.link?.close();
      else if (one.name === name) one.system.detachNode(other.name);
      else other.system.detachNode(one.name);
    }
  }

  /** The line between the two is cut, or a cut has ended; cut in one direction is as good as in both. */
  cut(one: string, other: string, isCut: boolean): void {
    const key = keyOf(one, other);
    if (!this.#cuts.turn(key, isCut)) return;
    const pair = this.#pairs.get(key);
    if (isCut) {
      if (pair !== undefined) this.#stall(key, pair);
      return;
    }
    this.#goOn(key);
    if (pair !== undefined && pair.link === undefined)
      pair.redial = this.#clock.setTimer(REDIAL_FIRST_MS, () => this.#dialAgain(pair));
  }

  #stall(key: string, pair: Pair): void {
    pair.redial?.cancel();
    pair.redial = undefined;
    if (pair.link === undefined) return;
    pair.link.stall(true);
    const giveUp = this.#clock.setTimer(SILENCE_MAX_MS, () => {
      this.#stalled.delete(key);
      pair.link?.close();
      pair.link = undefined;
    });
    this.#stalled.set(key, { pair, giveUp });
  }

  #goOn(key: string): void {
    const stalled = this.#stalled.get(key);
    if (stalled === undefined) return;
    const { pair, giveUp } = stalled;
    this.#stalled.delete(key);
    giveUp.cancel();
    pair.link?.stall(false);
    // After what a process had sent comes word of its end.
    if (this.#pairs.get(key) !== pair) pair.link?.close();
  }

  #dialAgain(pair: Pair): void {
    pair.redial = undefined;
    this.#dial(pair);
    for (const [end, peer] of [
      [pair.one, pair.other],
      [pair.other, pair.one],
    ] as const) {
      const up: LinkUp = { type: 'link-up', node: peer.name };
      end.system.tell(membershipAddress(end.name), up);
    }
  }

  #dial(pair: Pair): void {
    const { one, other } = pair;
    const delayMs = this.#delayMs(one.name, other.name);
    const link = memoryLink(delayMs === undefined ? undefined : { clock: this.#clock, delayMs });
    pair.link = link;
    one.system.attachNode(other.name, link.ends[0]);
    other.system.attachNode(one.name, link.ends[1]);
  }
}

function keyOf(one: string, other: string): string {
  return one < other ? `${one} ${other}` : `${other} ${one}`;
}
