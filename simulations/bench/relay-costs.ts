/**
 * What a message costs a transport, apart from what each second costs it, whatever is sent: waking up, timers, keepalive, and
 * code that is cold since the process slept. Of a link's row and one with more streams on the same line, so that the line
 * through both tells them apart; less the same of the bare rows, which are sockets and the bench's own work.
 */
import { MESSAGE_INTERVAL_MS } from './relay-plans.ts';
import type { MeasuredRow } from './relay-row.ts';

export interface MessageCosts {
  readonly transport: string;
  readonly loss: number;
  readonly burst: number;
  /** Between so many streams and so many. */
  readonly streams: readonly [fewer: number, more: number];
  /** Of each further message, processor time of either end's transport. */
  readonly senderUs: number;
  readonly receiverUs: number;
  /** What would be left without any, each second. */
  readonly senderRestUsPerSecond: number;
  readonly receiverRestUsPerSecond: number;
}

/** Of all pairs of rows, on one link each, that differ in nothing but the number of streams. */
export function messageCosts(
  rows: readonly MeasuredRow[],
  bare: readonly MeasuredRow[],
): readonly MessageCosts[] {
  const bareOf = (row: MeasuredRow) => bare.find(({ streams }) => streams === row.streams)!;
  const onOneLink = rows.filter(({ streams }) => streams > 1);
  return onOneLink.flatMap(fewer =>
    onOneLink.filter(more => isBusier(more, fewer)).map(more => costsOf(fewer, more, bareOf)),
  );
}

function isBusier(more: MeasuredRow, fewer: MeasuredRow): boolean {
  const isAlike =
    more.transport === fewer.transport && more.loss === fewer.loss && more.burst === fewer.burst;
  return isAlike && more.streams > fewer.streams;
}

function costsOf(
  fewer: MeasuredRow,
  more: MeasuredRow,
  bareOf: (row: MeasuredRow) => MeasuredRow,
): MessageCosts {
  const { transport, loss, burst } = fewer;
  const line = (cpuOf: (row: MeasuredRow) => number) => {
    const [from, to] = [fewer, more].map(row => ({
      perSecond: perSecond(row),
      us: perSecond(row) * (cpuOf(row) - cpuOf(bareOf(row))),
    })) as [Point, Point];
    const slope = (to.us - from.us) / (to.perSecond - from.perSecond);
    return { us: Math.round(10 * slope) / 10, rest: Math.round(from.us - slope * from.perSecond) };
  };
  const sender = line(row => row.senderCpuUs);
  const receiver = line(row => row.receiverCpuUs);
  return {
    transport,
    loss,
    burst,
    streams: [fewer.streams, more.streams],
    senderUs: sender.us,
    receiverUs: receiver.us,
    senderRestUsPerSecond: sender.rest,
    receiverRestUsPerSecond: receiver.rest,
  };
}

interface Point {
  /** Messages. */
  readonly perSecond: number;
  /** Processor time a second. */
  readonly us: number;
}

function perSecond({ streams }: MeasuredRow): number {
  return (1_000 * streams) / MESSAGE_INTERVAL_MS;
}
