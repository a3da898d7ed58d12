/**
 * What keeps a lost datagram from waiting for its retransmission: parity over the data of all streams of a link, as much
 * as the line loses, and reports of what it loses.
 */
import { parseParity } from '../fec/parity.ts';
import type { AddMultiples } from '../fec/port.ts';
import { type Recovered, WindowDecoder } from '../fec/window-decoder.ts';
import { WindowEncoder } from '../fec/window-encoder.ts';
import { LossMeter, type LossReport, parseLossReport, writeLossReport } from './loss-meter.ts';
import { ParityRate } from './parity-rate.ts';

/** Between two reports while datagrams are lost: of some that can be counted, and not many bytes on a thin line. */
const REPORT_INTERVAL_MS = 250;
/** Between two reports otherwise, so that what was lost before is forgotten. */
const CLEAN_REPORT_INTERVAL_MS = 1_000;

export class Protection {
  readonly #encoder: WindowEncoder;
  readonly #rate = new ParityRate();
  readonly #decoder: WindowDecoder;
  readonly #meter = new LossMeter();
  /** Parity that is due, in parts of one. */
  #due = 0;
  #reportedAtMs = 0;
  #reported: LossReport = this.#meter.report;

  constructor(addMultiples?: AddMultiples) {
    this.#encoder = new WindowEncoder(addMultiples);
    this.#decoder = new WindowDecoder(addMultiples);
  }

  /** The share of our datagrams that is lost, 0 to 1. */
  get loss(): number {
    return this.#rate.loss;
  }

  /** Data has gone out under that number: how many parities are to follow. Copies the payload, if parity may cover it. */
  sent(nowMs: number, number: number, payload: Uint8Array): number {
    this.#rate.sent(nowMs);
    const { parityPerDatagram } = this.#rate.plan;
    if (parityPerDatagram === 0) return 0;
    this.#encoder.add(number, payload);
    this.#due += parityPerDatagram;
    const count = Math.floor(this.#due);
    this.#due -= count;
    return count;
  }

  /** The parity that goes out under that number. */
  parity(number: number): Uint8Array | undefined {
    return this.#encoder.parity(number, this.#rate.plan.window);
  }

  /** A probe of the path's MTU goes out, and its answer has come: one that is lost is no loss of the line's. */
  probeSent(): void {
    this.#rate.probeSent();
  }

  probeArrived(): void {
    this.#rate.probeArrived();
  }

  /** What went out is longer than the path carries, and so would be a parity over it. */
  forget(): void {
    this.#encoder.clear();
  }

  /** A datagram of the peer's has come, whatever it holds. */
  arrived(number: number): void {
    this.#meter.arrived(number);
  }

  /** One with data, which is borrowed; what that helps to find. */
  receiveData(number: number, payload: Uint8Array): readonly Recovered[] {
    return this.#decoder.add(number, payload);
  }

  /** One with parity; nothing when it is none. */
  receiveParity(number: number, payload: Uint8Array): readonly Recovered[] | undefined {
    const parity = parseParity(number, payload);
    return parity && this.#decoder.addParity(parity);
  }

  /** The peer's report; false when it is none. */
  receiveReport(nowMs: number, payload: Uint8Array): boolean {
    const report = parseLossReport(payload);
    if (report !== undefined) this.#rate.reported(nowMs, report);
    return report !== undefined;
  }

  /** The report for the peer, if it is time for one. */
  report(nowMs: number): Uint8Array | undefined {
    const { report } = this.#meter;
    const waitMs = report.lost === this.#reported.lost ? CLEAN_REPORT_INTERVAL_MS : REPORT_INTERVAL_MS;
    if (report.received === this.#reported.received || nowMs - this.#reportedAtMs < waitMs) return undefined;
    this.#reportedAtMs = nowMs;
    this.#reported = report;
    return writeLossReport(report);
  }
}
