/** The sender reports that one viewer of a track was sent last, and what its answers say of the round trip. */
import { middleOfNtp, type NtpTime, shortUnitsFromMs } from '../../transports/rtcp/ntp.ts';
import type { ReportBlock } from '../../transports/rtcp/packets.ts';

/** A viewer's report names one of the last few; what was sent before them has been answered or lost. */
const KEPT = 8;

export class SentReports {
  readonly #sent: { readonly middle: number; readonly atMs: number }[] = [];
  #roundTripMs: number | undefined;

  /** By the last answer; undefined before one. */
  get roundTripMs(): number | undefined {
    return this.#roundTripMs;
  }

  add(nowMs: number, ntp: NtpTime): void {
    this.#sent.push({ middle: middleOfNtp(ntp), atMs: nowMs });
    if (this.#sent.length > KEPT) this.#sent.shift();
  }

  /** The viewer's report (RFC 3550 section 6.4.1, LSR and DLSR). */
  answer(nowMs: number, { lastSenderReport, delaySinceLastSenderReport }: ReportBlock): void {
    if (lastSenderReport === 0) return;
    const answered = this.#sent.find(({ middle }) => middle === lastSenderReport);
    if (answered === undefined) return;
    const heldMs = (delaySinceLastSenderReport / shortUnitsFromMs(1000)) * 1000;
    this.#roundTripMs = Math.max(0, nowMs - answered.atMs - heldMs);
  }
}
