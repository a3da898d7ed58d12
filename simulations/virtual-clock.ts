/** Time that moves only when it is told to, and what moves it: the heart of every simulation. */
import type { Clock, Timer } from '../transports/clock.ts';

/** 2026-01-01T00:00:00Z: any fixed moment would do, and this one looks like a date in logs. */
const WALL_AT_START_MS = Date.UTC(2026, 0, 1);

/** Timers fired without time moving on. More than any scenario needs: past it two things wake each other for ever. */
const MAX_FIRINGS_PER_INSTANT = 1_000_000;

/** Something that has messages on their way: an actor system. */
export interface Quiet {
  readonly pending: number;
  whenQuiet(): Promise<void>;
}

interface Entry {
  readonly atMs: number;
  /** Timers of one instant fire in the order in which they were set. */
  readonly order: number;
  readonly fire: () => void;
  /** Where it lies in the heap; -1 once it is out. */
  place: number;
}

export class VirtualClock implements Clock {
  readonly #wallAtStartMs: number;
  readonly #heap: Entry[] = [];
  #nowMs = 0;
  #order = 0;
  #firingsNow = 0;

  constructor(wallAtStartMs: number = WALL_AT_START_MS) {
    this.#wallAtStartMs = wallAtStartMs;
  }

  nowMs(): number {
    return this.#nowMs;
  }

  wallMs(): number {
    return this.#wallAtStartMs + this.#nowMs;
  }

  setTimer(delayMs: number, fire: () => void): Timer {
    this.#order += 1;
    const atMs = this.#nowMs + Math.max(0, delayMs);
    const entry: Entry = { atMs, order: this.#order, fire, place: this.#heap.length };
    this.#heap.push(entry);
    this.#rise(entry);
    return { cancel: () => this.#remove(entry) };
  }

  /** Timers that are still to fire. */
  get timersSet(): number {
    return this.#heap.length;
  }

  /** When the next timer fires, if there is one. */
  get nextAtMs(): number | undefined {
    return this.#heap[0]?.atMs;
  }

  /**
   * Moves to `atMs`, firing on the way what is due, each at its own time; what those timers set within that time too.
   * Messages between actors do not get a turn meanwhile: use `drive` where there are actors.
   */
  advanceTo(atMs: number): void {
    while (this.#heap.length > 0 && this.#heap[0]!.atMs <= atMs) this.#fireFirst();
    this.#move(atMs);
  }

  advanceBy(durationMs: number): void {
    this.advanceTo(this.#nowMs + durationMs);
  }

  /** Moves to the next instant that has timers, and fires those; what they set for the same instant is left. */
  advanceToNext(): void {
    const atMs = this.nextAtMs;
    const lastOrder = this.#order;
    while (this.#heap.length > 0 && this.#heap[0]!.atMs === atMs && this.#heap[0]!.order <= lastOrder) {
      this.#fireFirst();
    }
  }

  /**
   * Goes on until `system` is quiet and no timer is set. Throws when that is not so after `limitMs`: something ticks
   * without end.
   */
  async runUntilQuiet(system: Quiet, limitMs = 60_000): Promise<void> {
    const untilMs = this.#nowMs + limitMs;
    await allQuiet([system]);
    while (this.nextAtMs !== undefined) {
      if (this.nextAtMs > untilMs) throw new Error(`timers are still set after ${limitMs} ms`);
      this.advanceToNext();
      await allQuiet([system]);
    }
  }

  #fireFirst(): void {
    const entry = this.#heap[0]!;
    this.#remove(entry);
    this.#move(entry.atMs);
    this.#firingsNow += 1;
    if (this.#firingsNow > MAX_FIRINGS_PER_INSTANT) throw new Error(`time stands still at ${this.#nowMs} ms`);
    entry.fire();
  }

  #move(atMs: number): void {
    if (atMs <= this.#nowMs) return;
    this.#nowMs = atMs;
    this.#firingsNow = 0;
  }

  #remove(entry: Entry): void {
    const { place } = entry;
    if (place < 0) return;
    entry.place = -1;
    const last = this.#heap.pop()!;
    if (last === entry) return;
    this.#put(last, place);
    this.#rise(last);
    this.#sink(last);
  }

  #rise(entry: Entry): void {
    while (entry.place > 0) {
      const parent = this.#heap[(entry.place - 1) >> 1]!;
      if (isBefore(parent, entry)) return;
      this.#swap(parent, entry);
    }
  }

  #sink(entry: Entry): void {
    for (;;) {
      const left = this.#heap[2 * entry.place + 1];
      const right = this.#heap[2 * entry.place + 2];
      if (left === undefined) return;
      const child = right !== undefined && isBefore(right, left) ? right : left;
      if (isBefore(entry, child)) return;
      this.#swap(entry, child);
    }
  }

  #swap(upper: Entry, lower: Entry): void {
    const { place } = upper;
    this.#put(upper, lower.place);
    this.#put(lower, place);
  }

  #put(entry: Entry, place: number): void {
    this.#heap[place] = entry;
    entry.place = place;
  }
}

/**
 * Runs the systems until `untilMs`: waits until no message is on its way in any of them, moves the clock to the next
 * instant that has timers, and so on. At the end the clock stands at `untilMs`, and all are quiet.
 */
export async function drive(clock: VirtualClock, systems: readonly Quiet[], untilMs: number): Promise<void> {
  await allQuiet(systems);
  while (clock.nextAtMs !== undefined && clock.nextAtMs <= untilMs) {
    clock.advanceToNext();
    await allQuiet(systems);
  }
  clock.advanceTo(untilMs);
}

/** One system's last message may have woken another: only when all were found quiet in one look are they. */
async function allQuiet(systems: readonly Quiet[]): Promise<void> {
  while (hasPending(systems)) {
    for (const system of systems) await system.whenQuiet();
  }
}

function hasPending(systems: readonly Quiet[]): boolean {
  for (const system of systems) if (system.pending > 0) return true;
  return false;
}

function isBefore(one: Entry, other: Entry): boolean {
  return one.atMs === other.atMs ? one.order < other.order : one.atMs < other.atMs;
}
