/** A packet that lies in a slab, as the thread that holds this has it: its own, or another's, which may overwrite it. */
import type { PacketReference } from './slab-memory.ts';
import type { SlabReader } from './slab-reader.ts';

export class SlabPacket {
  readonly reference: PacketReference;
  /** When it was written, at the latest: a Clock's nowMs; undefined for one that has long been there. */
  readonly writtenAtMs: number | undefined;
  /** Of another thread's slab; a shard's own packets are intact as long as its history has them. */
  readonly #reader: SlabReader | undefined;

  constructor(reference: PacketReference, reader?: SlabReader, writtenAtMs?: number) {
    this.reference = reference;
    this.#reader = reader;
    this.writtenAtMs = writtenAtMs;
  }

  /** The memory of another thread's slab, in which the generation of the packet's page tells whether it is intact. */
  get words(): Int32Array | undefined {
    return this.#reader?.words;
  }

  /** Whether all that was read of the packet's bytes until now was the packet: to be asked after their last use. */
  isIntact(): boolean {
    return this.#reader === undefined || this.#reader.verify(this.reference);
  }
}
