/**
 * Sealing by identity, for simulations: payloads stay readable, and what would authenticate them only tells the key and the
 * number. A third of a run's time would go into ciphers that nobody attacks.
 */

import { type MakeSeal, TAG_BYTES } from '../transports/relay/sealing.ts';
import { readUint32, writeUint32 } from '../transports/rtp/byte-order.ts';

const WORD = 2 ** 32;

export const identitySeal: MakeSeal = keyBytes => {
  const key = [readUint32(keyBytes, 0), readUint32(keyBytes, 4)] as const;
  return {
    seal(number, header, payload) {
      const datagram = new Uint8Array(header.length + payload.length + TAG_BYTES);
      datagram.set(header);
      datagram.set(payload, header.length);
      const tag = header.length + payload.length;
      writeUint32(datagram, tag, key[0]);
      writeUint32(datagram, tag + 4, key[1]);
      writeUint32(datagram, tag + 8, Math.floor(number / WORD));
      writeUint32(datagram, tag + 12, number % WORD);
      return datagram;
    },
    open(number, datagram, headerBytes) {
      const tag = datagram.length - TAG_BYTES;
      if (tag < headerBytes) return undefined;
      const isOurs =
        readUint32(datagram, tag) === key[0] &&
        readUint32(datagram, tag + 4) === key[1] &&
        readUint32(datagram, tag + 8) === Math.floor(number / WORD) &&
        readUint32(datagram, tag + 12) === number % WORD;
      // A copy: the opened payload is the taker's.
      return isOurs ? datagram.slice(headerBytes, tag) : undefined;
    },
  };
};
