/** Puts segments into datagrams, as many as fit into each, and holds those until they are polled. */
import { ByteCopier } from './byte-copier.ts';
import { Fifo } from './fifo.ts';
import { HEADER_BYTES, type SegmentHeader, writeHeader } from './segment.ts';

/** Takes the segments of a flush, one after the other. */
export interface SegmentSink {
  /** Header and payload are borrowed. */
  add(header: Readonly<SegmentHeader>, payload?: Uint8Array): void;
  /** The flush is done. */
  finish(): void;
}

export class DatagramWriter implements SegmentSink {
  readonly #bytes: Uint8Array;
  readonly #copier = new ByteCopier();
  readonly #datagrams = new Fifo<Uint8Array>();
  #length = 0;

  constructor(mtuBytes: number) {
    this.#bytes = new Uint8Array(mtuBytes);
  }

  /** Header and payload must fit into one datagram. */
  add(header: Readonly<SegmentHeader>, payload?: Uint8Array): void {
    if (this.#length + HEADER_BYTES + header.byteCount > this.#bytes.length) this.finish();
    writeHeader(this.#bytes, this.#length, header);
    this.#length += HEADER_BYTES;
    if (payload === undefined) return;
    this.#bytes.set(payload, this.#length);
    this.#length += payload.length;
  }

  /** Ends the datagram, if one was begun. */
  finish(): void {
    if (this.#length === 0) return;
    this.#datagrams.push(this.#copier.copy(this.#bytes, 0, this.#length));
    this.#length = 0;
  }

  /** The next datagram, the caller's to change. */
  poll(): Uint8Array | undefined {
    return this.#datagrams.shift();
  }
}
