/** The streams that this shard has from other cores of the node, found by the core and the number under which they come. */
import type { Address } from '../runtime/address.ts';
import type { CrossingNotice } from './commands.ts';
import type { Egress } from './egress.ts';
import type { Upstream } from './relayed.ts';

export interface ReplicaOf {
  readonly stream: string;
  /** The shard that it comes from, and the number that this one has given it. */
  readonly from: number;
  readonly number: number;
  /** The stream's actor there. */
  readonly source: Address;
}

export class Replica implements Upstream {
  readonly stream: string;
  readonly node: string;
  readonly isLocal = true;
  readonly from: number;
  readonly number: number;
  path: readonly string[] = [];
  /** The stream's actor there. */
  source: Address;
  readonly #egress: Egress;

  constructor({ stream, from, number, source }: ReplicaOf, egress: Egress) {
    this.stream = stream;
    this.node = source.node;
    this.from = from;
    this.number = number;
    this.source = source;
    this.#egress = egress;
  }

  requestKeyframe(): void {
    const notice: CrossingNotice = { type: 'keyframe-wanted' };
    this.#egress.notify(this.source, notice);
  }
}

export class Replicas {
  readonly #byStream = new Map<string, Replica>();
  readonly #byNumber = new Map<string, Replica>();

  get size(): number {
    return this.#byStream.size;
  }

  ofStream(stream: string): Replica | undefined {
    return this.#byStream.get(stream);
  }

  of(from: number, number: number): Replica | undefined {
    return this.#byNumber.get(`${from} ${number}`);
  }

  add(replica: Replica): void {
    this.#byStream.set(replica.stream, replica);
    this.#byNumber.set(`${replica.from} ${replica.number}`, replica);
  }

  delete({ stream, from, number }: Replica): void {
    this.#byStream.delete(stream);
    this.#byNumber.delete(`${from} ${number}`);
  }
}
