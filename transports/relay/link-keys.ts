/**
 * What the ends of a relay link trust each other by. It follows from the two secret keys of the cluster's file
 * (transports/zeromq/keys.ts), so that there is nothing more to be made, copied or kept; and only from these, since a
 * static key of Noise must not be used for anything else (Noise section 14).
 */
import { hkdfSync } from 'node:crypto';
import { PSK_BYTES } from '../noise/handshake.ts';
import { X25519_BYTES, type X25519Pair, x25519Pair } from '../noise/x25519.ts';

/** As plain data, that can be handed to another thread. */
export interface LinkSecrets {
  /** Private static key of whoever opens a link, as the cluster's client pair is of whoever dials. */
  readonly opener: Uint8Array;
  /** Private static key of whoever accepts it, as the cluster's server pair is of whoever is dialled. */
  readonly accepter: Uint8Array;
  readonly psk: Uint8Array;
  /** Tells greetings of the cluster from those of strangers at the cost of a hash. */
  readonly greeting: Uint8Array;
}

export interface LinkKeys {
  readonly opener: X25519Pair;
  readonly accepter: X25519Pair;
  readonly psk: Uint8Array;
  readonly greeting: Uint8Array;
}

const GREETING_KEY_BYTES = 32;
const SALT = Buffer.from('zrtc relay link');

/** `server` and `client` are the secret keys of the cluster's pairs, 32 bytes each. */
export function deriveLinkSecrets(server: Uint8Array, client: Uint8Array): LinkSecrets {
  const both = Buffer.concat([server, client]);
  return {
    opener: derive(client, 'opener', X25519_BYTES),
    accepter: derive(server, 'accepter', X25519_BYTES),
    psk: derive(both, 'psk', PSK_BYTES),
    greeting: derive(both, 'greeting', GREETING_KEY_BYTES),
  };
}

export function linkKeysOf({ opener, accepter, psk, greeting }: LinkSecrets): LinkKeys {
  return { opener: x25519Pair(opener), accepter: x25519Pair(accepter), psk, greeting };
}

function derive(secret: Uint8Array, purpose: string, byteCount: number): Uint8Array {
  return new Uint8Array(hkdfSync('sha256', secret, SALT, purpose, byteCount));
}
