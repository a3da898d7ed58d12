/** A relay link's datagrams sealed and opened by the native engine. */
import { type Seal, TAG_BYTES } from '../relay/sealing.ts';
import type { NativeAddon, NativeSeal } from './addon.ts';

export class AddonSeal implements Seal {
  readonly #native: NativeSeal;
  /** What was opened last: as long as the longest that came. */
  #opened: Uint8Array = new Uint8Array(0);

  /** Throws RangeError for a key that has not 32 bytes. */
  constructor(addon: NativeAddon, key: Uint8Array) {
    this.#native = new addon.NativeSeal(key);
  }

  seal(number: number, header: Uint8Array, payload: Uint8Array): Uint8Array {
    const sealed = Buffer.allocUnsafe(header.length + payload.length + TAG_BYTES);
    if (this.#native.seal(number, header, payload, sealed) === 0) throw new Error('AES-GCM has failed');
    return sealed;
  }

  open(number: number, datagram: Uint8Array, headerBytes: number): Uint8Array | undefined {
    if (datagram.length > this.#opened.length) this.#opened = new Uint8Array(datagram.length);
    const length = this.#native.open(number, datagram, headerBytes, this.#opened);
    return length < 0 ? undefined : this.#opened.subarray(0, length);
  }
}
