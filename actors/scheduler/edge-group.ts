/**
 * Edges that differ in nothing but their load: of one site, place and lines, and equally steady. A thousand edges are a
 * hundred or two of these, and only these are gone through for a client.
 */
import type { NodeLoad } from './messages.ts';
import type { Spot } from './path-cost.ts';

/** One edge, in the group of each role that it has. */
export interface Edge {
  readonly node: string;
  load: NodeLoad;
  /** Sessions sent to it that its load does not show yet. */
  placed: number;
  fullness: number;
  /** It was full, and is not yet below the mark at which it opens again. */
  isClosed: boolean;
  readonly seats: Seat[];
}

interface Seat {
  readonly group: EdgeGroup;
  /** Among those of the group that are open; -1 while it is not. */
  index: number;
}

export class EdgeGroup {
  readonly spot: Spot;
  readonly isSteady: boolean;
  /** Those with room, in no order; `fullnessSum` is theirs. */
  readonly #open: Edge[] = [];
  #fullnessSum = 0;
  #size = 0;

  constructor(spot: Spot, isSteady: boolean) {
    this.spot = spot;
    this.isSteady = isSteady;
  }

  /** How many edges it has, with those that are full. */
  get size(): number {
    return this.#size;
  }

  get open(): readonly Edge[] {
    return this.#open;
  }

  get meanFullness(): number {
    // What rounding leaves of a sum that has come and gone a million times must not be below 0.
    return Math.max(0, this.#fullnessSum / this.#open.length);
  }

  join(edge: Edge): void {
    edge.seats.push({ group: this, index: -1 });
    this.#size += 1;
    if (!edge.isClosed) this.admit(edge);
  }

  leave(edge: Edge): void {
    this.dismiss(edge);
    edge.seats.splice(edge.seats.indexOf(this.#seatOf(edge)), 1);
    this.#size -= 1;
  }

  /** It can be chosen from now on. */
  admit(edge: Edge): void {
    const seat = this.#seatOf(edge);
    if (seat.index !== -1) return;
    seat.index = this.#open.push(edge) - 1;
    this.#fullnessSum += edge.fullness;
  }

  /** It cannot be chosen any more. */
  dismiss(edge: Edge): void {
    const seat = this.#seatOf(edge);
    if (seat.index === -1) return;
    const last = this.#open.pop()!;
    if (last !== edge) {
      this.#open[seat.index] = last;
      this.#seatOf(last).index = seat.index;
    }
    seat.index = -1;
    this.#fullnessSum = this.#open.length === 0 ? 0 : this.#fullnessSum - edge.fullness;
  }

  /** An edge of this group that is open has become this much fuller, before it says so itself. */
  filled(by: number): void {
    this.#fullnessSum += by;
  }

  #seatOf({ seats }: Edge): Seat {
    return seats[0]!.group === this ? seats[0]! : seats[1]!;
  }
}

/** Changes how full it is, which may open or close it. */
export function fill(edge: Edge, fullness: number, openAgainBelow: number): void {
  const by = fullness - edge.fullness;
  const isClosed = edge.isClosed ? fullness >= openAgainBelow : fullness >= 1;
  for (const seat of edge.seats) if (seat.index !== -1) seat.group.filled(by);
  edge.fullness = fullness;
  if (isClosed === edge.isClosed) return;
  edge.isClosed = isClosed;
  for (const { group } of edge.seats) {
    if (isClosed) group.dismiss(edge);
    else group.admit(edge);
  }
}
