/** The clock of one source, as its last sender report gave it (RFC 3550 section 6.4.1). */
import { timestampDifference } from '../rtp/sequence.ts';
import { middleOfNtp, type NtpTime, ntpFromWallMs, shortUnitsFromMs, wallMsFromNtp } from './ntp.ts';
import type { ReportBlock } from './packets.ts';

export class SenderClock {
  /** In Hz: what the RTP timestamps count. */
  readonly #clockRate: number;
  #last: { readonly atMs: number; readonly ntp: NtpTime; readonly rtpTimestamp: number } | undefined;

  constructor(clockRate: number) {
    this.#clockRate = clockRate;
  }

  /** Takes the times of a sender report that has just come; the latest to come is the one that counts. */
  receive(nowMs: number, ntp: NtpTime, rtpTimestamp: number): void {
    this.#last = { atMs: nowMs, ntp, rtpTimestamp };
  }

  /** What a report block says of the sender's last report; both 0 while there is none. */
  reportTimes(nowMs: number): Pick<ReportBlock, 'lastSenderReport' | 'delaySinceLastSenderReport'> {
    if (this.#last === undefined) return { lastSenderReport: 0, delaySinceLastSenderReport: 0 };
    return {
      lastSenderReport: middleOfNtp(this.#last.ntp),
      delaySinceLastSenderReport: shortUnitsFromMs(nowMs - this.#last.atMs),
    };
  }

  /** The sender's own time of an RTP timestamp, within half a turn of its last report; undefined before one. */
  ntpAt(rtpTimestamp: number): NtpTime | undefined {
    if (this.#last === undefined) return undefined;
    const sinceReport = timestampDifference(rtpTimestamp, this.#last.rtpTimestamp);
    return ntpFromWallMs(wallMsFromNtp(this.#last.ntp) + (sinceReport * 1000) / this.#clockRate);
  }

  /** The RTP timestamp, modulo 2^32, of a moment of the sender's own time; undefined before its first report. */
  rtpTimestampAt(ntp: NtpTime): number | undefined {
    if (this.#last === undefined) return undefined;
    const sinceReportMs = wallMsFromNtp(ntp) - wallMsFromNtp(this.#last.ntp);
    return (this.#last.rtpTimestamp + Math.round((sinceReportMs * this.#clockRate) / 1000)) >>> 0;
  }
}
