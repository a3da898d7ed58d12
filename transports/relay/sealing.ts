/**
 * Where a link's datagrams are sealed and opened: authenticated and encrypted under one key, each with its number as the
 * nonce. This is the port; `sealWithNode` is the one that node:crypto carries out, a datagram at a time.
 */
import { createSecretKey } from 'node:crypto';
import { open, seal, TAG_BYTES } from '../noise/aes-gcm.ts';

export { TAG_BYTES };

/** One direction under one key. */
export interface Seal {
  /** The whole datagram: `header`, which stays readable, and the sealed payload. No number may come twice. */
  seal(number: number, header: Uint8Array, payload: Uint8Array): Uint8Array;
  /** What was sealed behind the first `headerBytes` of the datagram; nothing when it was not sealed so. Borrowed until the next call. */
  open(number: number, datagram: Uint8Array, headerBytes: number): Uint8Array | undefined;
}

export type MakeSeal = (key: Uint8Array) => Seal;

/** AES-256-GCM as Noise has it (section 11.4: transport messages that may come in any order). */
export const sealWithNode: MakeSeal = keyBytes => {
  const key = createSecretKey(keyBytes);
  return {
    seal: (number, header, payload) => Buffer.concat([header, seal(key, number, header, payload)]),
    open: (number, datagram, headerBytes) =>
      open(key, number, datagram.subarray(0, headerBytes), datagram.subarray(headerBytes)),
  };
};
