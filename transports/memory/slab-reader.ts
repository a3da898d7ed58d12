/** Reading another shard's packets where they lie. Look, use, verify: slab-memory.ts says why. */
import { generationIndex, type PacketReference, type SlabMemory } from './slab-memory.ts';

export class SlabReader {
  readonly #id: number;
  readonly #bytes: Uint8Array;
  /** The whole slab; generations are among it (generationIndex). */
  readonly words: Int32Array;

  constructor(memory: SlabMemory) {
    this.#id = memory.id;
    this.#bytes = new Uint8Array(memory.buffer);
    this.words = new Int32Array(memory.buffer);
  }

  /**
   * The packet's bytes, shared and never to be written; undefined when they are known to be overwritten. They can be
   * overwritten at any moment from now on, so that nothing made of them is to be believed before `verify`.
   * Throws a RangeError for a reference into another slab.
   */
  view(reference: PacketReference): Uint8Array | undefined {
    const { slab, position, generation, length } = reference;
    if (slab !== this.#id) throw new RangeError(`slab ${this.#id} was asked for a packet of slab ${slab}`);
    if (Atomics.load(this.words, generationIndex(position)) !== generation) return undefined;
    return this.#bytes.subarray(position, position + length);
  }

  /**
   * Whether all that this thread has read of the packet until now was the packet. Call it after the last use of the
   * bytes, once for all that use; false means that what was made of them is to be thrown away.
   */
  verify({ position, generation }: PacketReference): boolean {
    // Adding 0 is no mistake for a load: being read by the writer's own add is what makes it a proof.
    return Atomics.add(this.words, generationIndex(position), 0) === generation;
  }
}
