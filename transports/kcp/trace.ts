/**
 * Recordings of what a KCP implementation did, call by call, between two endpoints: JSON lines, the first one the
 * settings of both, then one line a call in the order made. `t` is the clock, ms modulo 2^32; `end` the endpoint; `data`,
 * in hexadecimal, what was sent, came in or was read; `ret` what the call returned; `out` the datagrams it sent.
 */
import * as z from 'zod';
import type { KcpOptions } from './options.ts';

const uint32 = z.int().min(0).max(0xffff_ffff);
const count = z.int().min(0);
const flag = z.union([z.literal(0), z.literal(1)]);
const hex = z
  .string()
  .regex(/^(?:[0-9a-f]{2})*$/i, 'is not hexadecimal')
  .transform(text => new Uint8Array(Buffer.from(text, 'hex')));

const settingsLine = z
  .object({
    conv: uint32,
    nodelay: z.literal([0, 1, 2]),
    interval: count,
    resend: count.max(0xffff),
    nc: flag,
    sndwnd: count.min(1).max(0xffff),
    rcvwnd: count.min(1).max(0xffff),
    mtu: count.min(50).max(65_507),
    stream: flag,
  })
  .transform(
    (line): KcpOptions => ({
      conversation: line.conv,
      nodelay: line.nodelay,
      intervalMs: line.interval,
      fastResend: line.resend,
      congestionControl: line.nc === 0,
      sendWindow: line.sndwnd,
      receiveWindow: line.rcvwnd,
      mtuBytes: line.mtu,
      streamMode: line.stream === 1,
    }),
  );

const common = { t: uint32, end: z.union([z.literal(0), z.literal(1)]) };
const result = z.int().optional();
const out = z.array(hex).default([]);

const callLine = z.discriminatedUnion(
  'op',
  [
    z.object({ ...common, op: z.literal('send'), data: hex, ret: result, out }),
    z.object({ ...common, op: z.literal('input'), data: hex, ret: result, out }),
    z.object({ ...common, op: z.literal('update'), out }),
    z.object({ ...common, op: z.literal('recv'), data: hex, out }),
    z.object({
      ...common,
      op: z.literal('state'),
      waitsnd: count,
      rxRto: count,
      srtt: count,
      cwnd: count,
      sndUna: uint32,
      rcvNxt: uint32,
      xmit: count,
      out,
    }),
  ],
  { error: 'is not send, input, update, recv or state' },
);

export type TraceCall = z.output<typeof callLine>;

export interface Trace {
  readonly options: KcpOptions;
  /** `calls[0]` stands on line 2. */
  readonly calls: readonly TraceCall[];
}

/** The line of a trace where `calls[0]` stands. */
export const FIRST_CALL_LINE = 2;

/** Where a text stops being a trace, and why. */
export interface TraceFault {
  readonly line: number;
  readonly reason: string;
}

/** Empty lines at the end count for nothing. */
export function parseTrace(text: string): Trace | TraceFault {
  const [first = '', ...rest] = text.trimEnd().split('\n');
  const options = parsed(settingsLine, first, 1);
  if ('reason' in options) return options;
  const calls: TraceCall[] = [];
  for (const [index, line] of rest.entries()) {
    const call = parsed(callLine, line, index + FIRST_CALL_LINE);
    if ('reason' in call) return call;
    calls.push(call);
  }
  if (calls.length === 0) return { line: FIRST_CALL_LINE, reason: 'no call follows the settings' };
  return { options, calls };
}

function parsed<Line extends object>(schema: z.ZodType<Line>, text: string, line: number): Line | TraceFault {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { line, reason: text === '' ? 'an empty line' : 'not JSON' };
  }
  const { data, error } = schema.safeParse(value);
  if (data !== undefined) return data;
  const { path, message } = error!.issues[0]!;
  return { line, reason: path.length === 0 ? message : `${path.join('.')}: ${message}` };
}
