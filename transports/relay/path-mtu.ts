/**
 * The longest IP packet that a link's path carries, found by probes (RFC 8899): upwards from what it is sure to carry, one
 * step after the other, each a padded message that the peer answers. What was found is asked for again while long datagrams go
 * out, so that a path which carries less than it did, and does not say so, is noticed: then the link is back at its base.
 */
import type { Deadline } from '../clock.ts';

/**
 * Where paths end, in bytes of IP packets: IPv6's least (RFC 8200 section 5), tunnels of several kinds, PPPoE (RFC 2516
 * section 7), Ethernet, and its jumbo frames.
 */
const STEPS_BYTES = [1_280, 1_360, 1_400, 1_452, 1_492, 1_500, 9_000];
/** Losses in a row from which a step is held to be too long (MAX_PROBES, RFC 8899 section 5.1.2). */
export const PROBES_MAX = 3;
/**
 * Likewise for what was found before. At 10 % loss six in a row are lost once in a million times, and a false alarm costs but
 * a few bytes.
 */
export const CONFIRMATIONS_MAX = 6;
/** Between two confirmations: a path that changes does so seldom, and a link that sends little shall not pay for it. */
export const CONFIRM_INTERVAL_MS = 5_000;
/** After which a longer packet may be tried again (PMTU_RAISE_TIMER, RFC 8899 section 5.1.1). */
export const RAISE_INTERVAL_MS = 600_000;
/** An answer takes a round trip; past two of them and a busy peer's turn it was lost. */
const ANSWER_ROUND_TRIPS = 2;
const ANSWER_SPARE_MS = 100;

export interface PathMtuOptions {
  readonly nowMs: number;
  /** What the path is sure to carry. */
  readonly baseBytes: number;
  /** What this end can send; not below the base. */
  readonly mostBytes: number;
  /** The first probe's number, modulo 2^32. */
  readonly firstNumber?: number;
}

export interface Probe {
  /** 32 bits, which the answer repeats. */
  readonly number: number;
  /** Of the IP packet that it is to fill. */
  readonly mtuBytes: number;
}

interface Outstanding {
  /** The place among the sizes: the present one's for a confirmation. */
  readonly step: number;
  readonly tries: number;
  readonly number: number;
  readonly sentAtMs: number;
}

export class PathMtu {
  /** From the base to the most. */
  readonly #sizes: readonly number[];
  #step = 0;
  #nextNumber: number;
  #outstanding: Outstanding | undefined;
  /** When a longer packet is tried next. */
  #raiseAtMs: number;
  #confirmAtMs: number;
  /** Something went out that the base would not carry, since the last confirmation. */
  #isUsed = false;

  constructor({ nowMs, baseBytes, mostBytes, firstNumber = 0 }: PathMtuOptions) {
    const between = STEPS_BYTES.filter(bytes => bytes > baseBytes && bytes < mostBytes);
    this.#sizes = mostBytes > baseBytes ? [baseBytes, ...between, mostBytes] : [baseBytes];
    this.#nextNumber = firstNumber;
    this.#raiseAtMs = nowMs;
    this.#confirmAtMs = nowMs;
  }

  /** What a packet may have at present. */
  get mtuBytes(): number {
    return this.#sizes[this.#step]!;
  }

  /** A datagram goes out that fills a packet of that length. */
  sent(nowMs: number, mtuBytes: number): void {
    if (mtuBytes <= this.#sizes[0]! || this.#isUsed) return;
    this.#isUsed = true;
    this.#confirmAtMs = Math.max(this.#confirmAtMs, nowMs);
  }

  deadline(rttMs: number): Deadline | undefined {
    const atMs = this.#outstanding ? this.#givenUpAtMs(this.#outstanding, rttMs) : this.#nextAtMs;
    return atMs === undefined ? undefined : { atMs, reason: 'relay: path MTU' };
  }

  /** The line answers nothing: what is not answered says nothing of lengths. */
  paused(nowMs: number): void {
    if (this.#outstanding === undefined) return;
    this.#outstanding = undefined;
    this.#raiseAtMs = Math.max(this.#raiseAtMs, nowMs + CONFIRM_INTERVAL_MS);
    this.#confirmAtMs = nowMs + CONFIRM_INTERVAL_MS;
  }

  /** It is another path: nothing is known of it but what every one is sure to carry. More is looked for from then on. */
  restart(searchAtMs: number): void {
    this.#step = 0;
    this.#outstanding = undefined;
    this.#isUsed = false;
    this.#raiseAtMs = searchAtMs;
  }

  /** Time has passed, and a round trip takes so long: whether the path carries less than it did. */
  advance(nowMs: number, rttMs: number): boolean {
    const outstanding = this.#outstanding;
    if (outstanding === undefined || nowMs < this.#givenUpAtMs(outstanding, rttMs)) return false;
    const isConfirmation = outstanding.step === this.#step;
    if (outstanding.tries < (isConfirmation ? CONFIRMATIONS_MAX : PROBES_MAX)) return false;
    this.#outstanding = undefined;
    this.#raiseAtMs = nowMs + RAISE_INTERVAL_MS;
    if (!isConfirmation) return false;
    // It may carry more than the base still.
    this.restart(nowMs + CONFIRM_INTERVAL_MS);
    return true;
  }

  /** The probe that is to go out now, if there is one; after `advance`. */
  probe(nowMs: number, rttMs: number): Probe | undefined {
    const before = this.#outstanding;
    if (before !== undefined) {
      if (nowMs < this.#givenUpAtMs(before, rttMs)) return undefined;
      return this.#send(nowMs, before.step, before.tries + 1);
    }
    if (this.#canRaise && nowMs >= this.#raiseAtMs) return this.#send(nowMs, this.#step + 1, 1);
    if (!this.#isUsed || nowMs < this.#confirmAtMs) return undefined;
    return this.#send(nowMs, this.#step, 1);
  }

  /** The peer has had the probe of that number: whether the path carries more than was known. */
  answered(nowMs: number, number: number): boolean {
    const outstanding = this.#outstanding;
    if (outstanding?.number !== number) return false;
    this.#outstanding = undefined;
    this.#confirmAtMs = nowMs + CONFIRM_INTERVAL_MS;
    this.#isUsed = false;
    const isMore = outstanding.step > this.#step;
    this.#step = outstanding.step;
    // On to the next step at once.
    if (isMore) this.#raiseAtMs = nowMs;
    return isMore;
  }

  get #canRaise(): boolean {
    return this.#step < this.#sizes.length - 1;
  }

  get #nextAtMs(): number | undefined {
    const raiseAtMs = this.#canRaise ? this.#raiseAtMs : Number.POSITIVE_INFINITY;
    const atMs = this.#isUsed ? Math.min(raiseAtMs, this.#confirmAtMs) : raiseAtMs;
    return atMs === Number.POSITIVE_INFINITY ? undefined : atMs;
  }

  #givenUpAtMs({ sentAtMs }: Outstanding, rttMs: number): number {
    return sentAtMs + ANSWER_ROUND_TRIPS * rttMs + ANSWER_SPARE_MS;
  }

  #send(nowMs: number, step: number, tries: number): Probe {
    const number = this.#nextNumber;
    this.#nextNumber = (number + 1) >>> 0;
    this.#outstanding = { step, tries, number, sentAtMs: nowMs };
    return { number, mtuBytes: this.#sizes[step]! };
  }
}
