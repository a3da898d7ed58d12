/** Records of both epochs: numbers and seals what goes out, opens what comes in and keeps replays out. */
import { ReplayWindow } from '../replay-window.ts';
import type { DirectionKeys } from './cipher.ts';
import { openFragment, SEAL_OVERHEAD_BYTES, sealFragment } from './cipher.ts';
import { DTLS_1_2, type DtlsRecord, RECORD_HEADER_BYTES, recordBytes } from './record.ts';

/** What RFC 6347 section 4.1.2.6 prefers: 32 would do, and a word more costs nothing. */
const REPLAY_WINDOW_RECORDS = 64;

/** 0 in the clear, 1 under the handshake's keys; there is no third, since nothing is ever negotiated again. */
export type Epoch = 0 | 1;

export interface RecordKeys {
  readonly sealing: DirectionKeys;
  readonly opening: DirectionKeys;
}

export class RecordLayer {
  readonly #nextSequences: [number, number] = [0, 0];
  readonly #replays = new ReplayWindow(REPLAY_WINDOW_RECORDS);
  #keys: RecordKeys | undefined;

  get hasKeys(): boolean {
    return this.#keys !== undefined;
  }

  install(keys: RecordKeys): void {
    this.#keys = keys;
  }

  /** Forgets the keys. */
  release(): void {
    if (this.#keys === undefined) return;
    this.#keys.sealing.key.fill(0);
    this.#keys.opening.key.fill(0);
    this.#keys = undefined;
  }

  /** A whole record, under the next number of its epoch. Throws when epoch 1 has no keys yet. */
  seal(epoch: Epoch, contentType: number, plaintext: Uint8Array): Uint8Array {
    const sequence = this.#nextSequences[epoch];
    this.#nextSequences[epoch] += 1;
    const header = { contentType, version: DTLS_1_2, epoch, sequence };
    if (epoch === 0) return recordBytes(header, plaintext);
    if (this.#keys === undefined) throw new Error('a record was sealed before there were keys');
    return recordBytes(header, sealFragment(this.#keys.sealing, header, plaintext));
  }

  /** What a record holds, in epoch 0 as a view of it; nothing when it is forged, comes again, or has no keys yet. */
  open(record: DtlsRecord): Uint8Array | undefined {
    if (record.epoch === 0) return record.fragment;
    if (record.epoch !== 1 || this.#keys === undefined || !this.#replays.admits(record.sequence))
      return undefined;
    const plaintext = openFragment(this.#keys.opening, record, record.fragment);
    if (plaintext !== undefined) this.#replays.commit(record.sequence);
    return plaintext;
  }
}

/** What a record adds to its plaintext. */
export function recordOverheadBytes(epoch: Epoch): number {
  return epoch === 0 ? RECORD_HEADER_BYTES : RECORD_HEADER_BYTES + SEAL_OVERHEAD_BYTES;
}
