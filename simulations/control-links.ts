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

export interface ControlEnd {
  readonly name: string;
  readonly system: ActorSystem;
}

interface Pair {
  readonly one: ControlEnd;
  readonly other: ControlEnd;
  link: MemoryLink | undefined;
  isCut: boolean;
  /** Until the link is given up, or dialled again. */
  timer: Timer | undefined;
}

export class ControlLinks {
  readonly #clock: Clock;
  /** One way between the two, ms; undefined: at once. */
  readonly #delayMs: (one: string, other: string) => number | undefined;
  readonly #pairs = new Map<string, Pair>();

  constructor(clock: Clock, delayMs: (one: string, other: string) => number | undefined) {
    this.#clock = clock;
    this.#delayMs = delayMs;
  }

  connect(one: ControlEnd, other: ControlEnd): void {
    const pair: Pair = { one, other, link: undefined, isCut: false, timer: undefined };
    this.#pairs.set(keyOf(one.name, other.name), pair);
    this.#dial(pair);
  }

  /** The node's process is gone: whoever was linked with it hears so at once, as TCP has it. */
  remove(name: string): void {
    for (const [key, pair] of this.#pairs) {
      if (pair.one.name !== name && pair.other.name !== name) continue;
      pair.timer?.cancel();
      pair.link?.close();
      this.#pairs.delete(key);
    }
  }

  /** The line between the two is cut, or there again; cut in one direction is as good as in both. */
  cut(one: string, other: string, isCut: boolean): void {
    const pair = this.#pairs.get(keyOf(one, other));
    if (pair === undefined || pair.isCut === isCut) return;
    pair.isCut = isCut;
    pair.timer?.cancel();
    pair.timer = undefined;
    if (isCut) {
      pair.link?.stall(true);
      pair.timer = this.#clock.setTimer(SILENCE_MAX_MS, () => this.#giveUp(pair));
    } else if (pair.link === undefined) {
      pair.timer = this.#clock.setTimer(REDIAL_FIRST_MS, () => this.#dialAgain(pair));
    } else {
      pair.link.stall(false);
    }
  }

  #giveUp(pair: Pair): void {
    pair.timer = undefined;
    pair.link?.close();
    pair.link = undefined;
  }

  #dialAgain(pair: Pair): void {
    pair.timer = undefined;
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
