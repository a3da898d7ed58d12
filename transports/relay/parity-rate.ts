/**
 * How much parity a link's datagrams need: so much that what is lost can nearly always be found within the time that a
 * parity may look back over; none on a clean line. By the loss that the peer reports, as a share and as the length of its
 * runs, and by how many datagrams there are to be covered: where they come seldom, parity is as good as a copy.
 */
import type { LossReport } from './loss-meter.ts';

/** How far back a parity looks: a lost datagram is found within this. Longer where losses come in runs. */
const WINDOW_MS = 10;
const WINDOW_PER_BURST_MS = 65;
/** Each parity costs a pass over what it covers. */
const WINDOW_MAX_DATAGRAMS = 40;
/** Where datagrams come seldom, parity covers some before the last one too: a run takes it and the last with it. */
const WINDOW_MIN_DATAGRAMS = 4;
/** Below this a line is clean: nothing but a retransmission now and then, which delays one packet in 500. */
const CLEAN_LOSS = 0.002;
/** More than this is not repaired but given up: it would only add to what is too much already. */
const PARITY_MAX_PER_DATAGRAM = 2.5;
/**
 * Standard deviations that are covered beyond the losses that are to be expected. With one, one loss in some 20 is not
 * found by parity and waits for its retransmission.
 */
const DEVIATIONS = 1.2;
/** Likewise where losses come in runs, some of which are far longer than most. */
const DEVIATIONS_IN_RUNS = 1.7;
/** From here on losses count as coming in runs. */
const RUN_LENGTH = 1.5;
/** Older losses count for less and less, by half every so many seconds' time. */
const HALF_LIFE_MS = 5_000;
/** How long datagrams are counted for their rate. */
const RATE_INTERVAL_MS = 500;

export interface ParityPlan {
  readonly parityPerDatagram: number;
  /** How many of the latest each covers. */
  readonly window: number;
}

const NONE: ParityPlan = { parityPerDatagram: 0, window: 0 };

export class ParityRate {
  #report: LossReport = { received: 0, lost: 0, bursts: 0 };
  #reportedAtMs: number | undefined;
  /** Decaying counts. */
  #received = 0;
  #lost = 0;
  #bursts = 0;
  /** Probes of the path's MTU that may be lost for their length: that says nothing of the line (RFC 8899 section 3). */
  #probes = 0;
  #countingSinceMs: number | undefined;
  #counted = 0;
  #perSecond = 0;
  #plan = NONE;

  get plan(): ParityPlan {
    return this.#plan;
  }

  /** The share of our datagrams that is lost at present, 0 to 1. */
  get loss(): number {
    const all = this.#received + this.#lost;
    return all === 0 ? 0 : this.#lost / all;
  }

  /** How many are lost in a row, on average; 1 where each is lost or not by itself, which makes rows as well. */
  get burst(): number {
    return this.#bursts === 0 ? 1 : Math.max(1, (this.#lost / this.#bursts) * (1 - this.loss));
  }

  /** A datagram goes out that parity may cover. */
  sent(nowMs: number): void {
    this.#countingSinceMs ??= nowMs;
    this.#counted += 1;
    const elapsedMs = nowMs - this.#countingSinceMs;
    if (elapsedMs < RATE_INTERVAL_MS) return;
    this.#perSecond = (this.#counted * 1_000) / elapsedMs;
    this.#countingSinceMs = nowMs;
    this.#counted = 0;
    this.#makePlan();
  }

  probeSent(): void {
    this.#probes += 1;
  }

  probeArrived(): void {
    this.#probes = Math.max(0, this.#probes - 1);
  }

  reported(nowMs: number, report: LossReport): void {
    const elapsedMs = nowMs - (this.#reportedAtMs ?? nowMs);
    const weight = 0.5 ** (elapsedMs / HALF_LIFE_MS);
    this.#reportedAtMs = nowMs;
    this.#received = this.#received * weight + ((report.received - this.#report.received) >>> 0);
    const lost = (report.lost - this.#report.lost) >>> 0;
    const bursts = (report.bursts - this.#report.bursts) >>> 0;
    const probes = Math.min(this.#probes, lost);
    this.#probes -= probes;
    this.#lost = this.#lost * weight + lost - probes;
    this.#bursts = this.#bursts * weight + Math.max(0, bursts - probes);
    this.#report = report;
    this.#makePlan();
  }

  #makePlan(): void {
    this.#plan = planFor(this.loss, this.burst, this.#perSecond);
  }
}

/** For lines where `loss` of all datagrams is lost, `burst` in a row on average, and `perSecond` go out. */
export function planFor(loss: number, burst: number, perSecond: number): ParityPlan {
  if (loss < CLEAN_LOSS) return NONE;
  const windowMs = WINDOW_MS + WINDOW_PER_BURST_MS * (burst - 1);
  const covered = Math.min(Math.max(1, (perSecond * windowMs) / 1_000), WINDOW_MAX_DATAGRAMS);
  // One that is lost is in a longer run than most, if runs are as long as chance has it; and there may be others.
  const expected = covered * loss + 2 * burst - 1;
  const deviation = Math.sqrt(covered * loss * (2 * burst - 1));
  const deviations = burst < RUN_LENGTH ? DEVIATIONS : DEVIATIONS_IN_RUNS;
  const parity = Math.max(1, Math.round(expected + deviations * deviation));
  return {
    parityPerDatagram: Math.min(PARITY_MAX_PER_DATAGRAM, parity / covered),
    window: Math.max(WINDOW_MIN_DATAGRAMS, Math.ceil(covered)),
  };
}
