/**
 * Cookies for those who ask for a link: who repeats one has read what was sent to the address that it asked from. Nothing
 * is kept for anybody (as in RFC 9147 section 5.1): a cookie can be told by making it again.
 */
import { createHmac, timingSafeEqual } from 'node:crypto';
import { type Path, pathKey } from '../udp/path.ts';

export const COOKIE_BYTES = 16;
export const COOKIE_SECRET_BYTES = 32;

/** A cookie is good until the end of the period after its own: longer than anybody goes on asking. */
const PERIOD_MS = 10_000;

export class Cookies {
  readonly #secret: Uint8Array;

  /** COOKIE_SECRET_BYTES that nobody else knows. */
  constructor(secret: Uint8Array) {
    this.#secret = secret;
  }

  /** The cookie for whoever asks by this path with this ephemeral key. */
  make(nowMs: number, path: Path, ephemeral: Uint8Array): Uint8Array {
    return this.#cookie(Math.floor(nowMs / PERIOD_MS), path, ephemeral);
  }

  isOurs(nowMs: number, path: Path, ephemeral: Uint8Array, cookie: Uint8Array): boolean {
    const period = Math.floor(nowMs / PERIOD_MS);
    return [period, period - 1].some(made => timingSafeEqual(this.#cookie(made, path, ephemeral), cookie));
  }

  #cookie(period: number, path: Path, ephemeral: Uint8Array): Uint8Array {
    const hmac = createHmac('sha256', this.#secret);
    hmac.update(`${period} ${pathKey(path)} `).update(ephemeral);
    return hmac.digest().subarray(0, COOKIE_BYTES);
  }
}
