/**
 * A viewer's idea of one track's clock, with the rules by which libwebrtc takes sender reports or refuses them: a line
 * of least squares through the last twenty.
 */
import { type NtpTime, wallMsFromNtp } from '../../../transports/rtcp/ntp.ts';
import { SequenceUnwrapper } from '../../../transports/rtp/sequence.ts';

const KEPT = 20;
const MAX_REFUSED = 3;
const MAX_NTP_STEP_MS = 3_600_000;
const MAX_TIMESTAMP_STEP = 2 ** 25;

export class Estimator {
  readonly #timestamps = new SequenceUnwrapper(32);
  #points: { readonly ntpMs: number; readonly timestamp: number }[] = [];
  #refusedInRow = 0;
  refused = 0;
  restarts = 0;

  take(ntp: NtpTime, wrapped: number): void {
    const point = { ntpMs: wallMsFromNtp(ntp), timestamp: this.#timestamps.unwrap(wrapped) };
    const last = this.#points.at(-1);
    if (last !== undefined && !follows(last, point)) {
      this.refused += 1;
      this.#refusedInRow += 1;
      if (this.#refusedInRow < MAX_REFUSED) return;
      this.#points = [];
      this.restarts += 1;
    }
    this.#refusedInRow = 0;
    this.#points.push(point);
    if (this.#points.length > KEPT) this.#points.shift();
  }

  /** The publisher's time at a timestamp, ms; undefined before two reports. */
  ntpMsAt(wrapped: number): number | undefined {
    if (this.#points.length < 2) return undefined;
    const timestamp = this.#timestamps.unwrap(wrapped);
    const mean = (of: (one: { ntpMs: number; timestamp: number }) => number) =>
      this.#points.reduce((sum, one) => sum + of(one), 0) / this.#points.length;
    const x = mean(one => one.timestamp);
    const y = mean(one => one.ntpMs);
    const slope = mean(one => (one.timestamp - x) * (one.ntpMs - y)) / mean(one => (one.timestamp - x) ** 2);
    return y + slope * (timestamp - x);
  }
}

function follows(
  last: { readonly ntpMs: number; readonly timestamp: number },
  { ntpMs, timestamp }: { readonly ntpMs: number; readonly timestamp: number },
): boolean {
  return (
    ntpMs > last.ntpMs &&
    ntpMs <= last.ntpMs + MAX_NTP_STEP_MS &&
    timestamp > last.timestamp &&
    timestamp - last.timestamp <= MAX_TIMESTAMP_STEP
  );
}
