/**
 * A cluster's keys. All its nodes share one file of two CURVE pairs (CurveZMQ, ZeroMQ RFC 26): with the server pair a
 * node shows that it belongs to the cluster when it is dialled, with the client pair when it dials. Who has the file
 * can join; nobody else can, or can read what nodes say to each other.
 */
import { curveKeyPair } from 'zeromq';
import { z85Decode } from './z85.ts';

/** Both in Z85, 40 characters each. */
export interface CurvePair {
  readonly publicKey: string;
  readonly secretKey: string;
}

export interface ClusterKeys {
  readonly server: CurvePair;
  readonly client: CurvePair;
}

export type ParsedClusterKeys =
  | { readonly keys: ClusterKeys }
  /** What is wrong, as the end of a sentence that begins with the file's name. */
  | { readonly refusal: string };

/** The length of a Curve25519 key. */
const KEY_BYTES = 32;

/** Larger than any file of keys: a wrong path may lead to anything. */
const TEXT_MAX_LENGTH = 4_096;

/** New pairs, from libzmq's own source of randomness. */
export function makeClusterKeys(): ClusterKeys {
  return { server: curveKeyPair(), client: curveKeyPair() };
}

export function formatClusterKeys({ server, client }: ClusterKeys): string {
  return `${JSON.stringify({ server, client }, undefined, 2)}\n`;
}

/** Reads what `formatClusterKeys` wrote. The refusal never repeats any of the text, which may be a secret. */
export function parseClusterKeys(text: string): ParsedClusterKeys {
  let value: unknown;
  try {
    if (text.length <= TEXT_MAX_LENGTH) value = JSON.parse(text);
  } catch {
    // What is no JSON has neither of the pairs.
  }
  if (!isRecord(value)) return { refusal: 'is no file of cluster keys; zrtc keys makes one' };
  const pairs: Record<string, CurvePair> = {};
  for (const name of ['server', 'client'] as const) {
    const { publicKey, secretKey } = (isRecord(value[name]) ? value[name] : {}) as Partial<CurvePair>;
    for (const [part, key] of Object.entries({ publicKey, secretKey })) {
      if (key === undefined) return { refusal: `lacks ${name}.${part}` };
      if (!isKey(key)) return { refusal: `has a ${name}.${part} that is not a key of 40 characters of Z85` };
    }
    pairs[name] = { publicKey: publicKey!, secretKey: secretKey! };
  }
  return { keys: pairs as unknown as ClusterKeys };
}

/** The secret keys as bytes, for what else is derived from them. */
export function secretKeyBytes({ server, client }: ClusterKeys): {
  readonly server: Uint8Array;
  readonly client: Uint8Array;
} {
  // Whoever has made or read the keys has seen to it that they are Z85.
  return { server: z85Decode(server.secretKey)!, client: z85Decode(client.secretKey)! };
}

function isKey(value: unknown): boolean {
  return typeof value === 'string' && z85Decode(value)?.length === KEY_BYTES;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
