/** One number for all that was delivered and decided in a run: two runs that have it alike were the same to the byte. */
import { createHash } from 'node:crypto';
import type { Clock } from '../transports/clock.ts';
import type { NetworkObserver, ObservedDatagram } from './network.ts';

/** Hashed at once: small updates cost more than what they hash. */
const BUFFER_BYTES = 64 * 1024;

export class RunDigest implements NetworkObserver {
  readonly #clock: Clock;
  readonly #hash = createHash('sha256');
  readonly #buffer = new Uint8Array(BUFFER_BYTES);
  readonly #view = new DataView(this.#buffer.buffer);
  #length = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  delivered({ bytes, from, fromPort, to, toPort }: ObservedDatagram): void {
    this.#number(this.#clock.nowMs());
    this.#number(fromPort * 65_536 + toPort);
    this.text(`${from} ${to}`);
    this.#bytes(bytes);
  }

  /** Something that was decided. */
  decided(what: object): void {
    this.#number(this.#clock.nowMs());
    this.text(JSON.stringify(what));
  }

  text(text: string): void {
    this.#bytes(Buffer.from(text));
  }

  /** In hexadecimal; nothing may follow. */
  end(): string {
    this.#flush();
    return this.#hash.digest('hex');
  }

  #number(value: number): void {
    if (this.#length + 8 > BUFFER_BYTES) this.#flush();
    this.#view.setFloat64(this.#length, value);
    this.#length += 8;
  }

  /** With its length, so that what follows cannot be taken for a part of it. */
  #bytes(bytes: Uint8Array): void {
    this.#number(bytes.length);
    if (this.#length + bytes.length > BUFFER_BYTES) this.#flush();
    if (bytes.length > BUFFER_BYTES) {
      this.#hash.update(bytes);
      return;
    }
    this.#buffer.set(bytes, this.#length);
    this.#length += bytes.length;
  }

  #flush(): void {
    this.#hash.update(this.#buffer.subarray(0, this.#length));
    this.#length = 0;
  }
}
