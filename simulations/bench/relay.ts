/**
 * The bench of the relay link: how long messages take over a line that loses some, and what that costs, against plain KCP,
 * UDP with NACK and the kernel's TCP. Each end is a process of its own, with real sockets; the line between them is the
 * bench's. What sockets cost, and the bench's own work, is known from the same messages over UDP and nothing else. Each row
 * but TCP's runs on a virtual clock and network too, and the two are held against each other.
 */

import { tenths } from '../rounding.ts';
import { type MessageCosts, messageCosts } from './relay-costs.ts';
import { type RelayPlan, relayPlans } from './relay-plans.ts';
import { type MeasuredRow, measureRow, NotOffered, type RowOptions } from './relay-row.ts';
import { agrees, type VirtualRow, virtualRow } from './relay-virtual.ts';

export interface RelayRow extends MeasuredRow {
  /** Of the transport alone, at the end where it is more: its process's less that of the same messages over UDP alone. */
  readonly cpuUsPerMessage: number;
  /** How much longer messages take on average than over UDP alone, on a line that loses none. */
  readonly beyondMs: number;
  /** The same on a virtual clock and network; TCP is the kernel's, and has no such row. */
  readonly virtual?: HeldAgainst;
}

export interface HeldAgainst {
  readonly beyondMs: number;
  readonly p99Ms: number;
  readonly agrees: boolean;
}

export interface RelayReport {
  readonly rows: readonly RelayRow[];
  /** The same messages over UDP and nothing else, on a line that loses none. */
  readonly bare: readonly MeasuredRow[];
  /** Where there are rows of one link with fewer and with more streams. */
  readonly costs: readonly MessageCosts[];
  /** What was not measured, and why. */
  readonly notMeasured: readonly { readonly transport: string; readonly reason: string }[];
}

export interface RelayBenchOptions extends RowOptions {
  readonly plans?: readonly RelayPlan[];
  onProgress(line: string): void;
}

/** Rejects when `signal` says to stop, or a link does not come up; no process or socket is left either way. */
export async function benchRelay(options: RelayBenchOptions): Promise<RelayReport> {
  const { plans = relayPlans, onProgress } = options;
  const bare = new Map<number, BareRow>();
  const rows: RelayRow[] = [];
  const notMeasured = new Map<string, string>();
  const streamCounts = [...new Set(plans.map(({ streams }) => streams))];
  const all: readonly RelayPlan[] = [
    ...streamCounts.map(streams => ({ transport: 'udp' as const, streams, loss: 0, burst: 1 })),
    ...plans,
  ];
  for (const [place, plan] of all.entries()) {
    const { transport, streams, loss, burst } = plan;
    if (notMeasured.has(transport)) continue;
    onProgress(
      `${place + 1} of ${all.length}: ${transport}, ${streams} streams, ${loss} % lost, ${burst} in a row`,
    );
    try {
      const row = await measureRow(plan, options);
      if (transport === 'udp') bare.set(streams, await bareRow(row, options));
      else rows.push(await rowOf(row, bare.get(streams)!, options));
    } catch (error) {
      if (!(error instanceof NotOffered)) throw error;
      notMeasured.set(transport, error.message);
    }
  }
  const bareRows = [...bare.values()].map(({ row }) => row);
  return {
    rows,
    bare: bareRows,
    costs: messageCosts(rows, bareRows),
    notMeasured: [...notMeasured].map(([transport, reason]) => ({ transport, reason })),
  };
}

/** UDP and nothing else on a line that loses none: what the others are held against, of as many streams. */
interface BareRow {
  readonly row: MeasuredRow;
  readonly virtual: VirtualRow;
}

async function bareRow(row: MeasuredRow, options: RowOptions): Promise<BareRow> {
  return { row, virtual: await virtualRow({ ...row, transport: 'udp' }, options) };
}

async function rowOf(row: MeasuredRow, bare: BareRow, options: RowOptions): Promise<RelayRow> {
  const { transport } = row;
  const beyondMs = tenths(row.meanMs - bare.row.meanMs);
  const measured = { ...row, cpuUsPerMessage: cpuOf(row, bare.row), beyondMs };
  if (transport === 'tcp') return measured;
  const virtual = await virtualRow({ ...row, transport }, options);
  const virtualBeyondMs = tenths(virtual.meanMs - bare.virtual.meanMs);
  const isAlike = agrees(beyondMs, virtualBeyondMs);
  return {
    ...measured,
    virtual: { beyondMs: virtualBeyondMs, p99Ms: tenths(virtual.p99Ms), agrees: isAlike },
  };
}

function cpuOf(row: MeasuredRow, bare: MeasuredRow): number {
  const us = Math.max(row.senderCpuUs - bare.senderCpuUs, row.receiverCpuUs - bare.receiverCpuUs);
  return tenths(us);
}
