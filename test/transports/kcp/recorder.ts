/** Records what our own core does in a scenario, in the format that traces are replayed from. */
import { seededRandom } from '../../../simulations/seeded-random.ts';
import { settingsFrom } from '../../../transports/kcp/options.ts';
import { Pair } from './pair.ts';
import type { Scenario } from './scenarios.ts';

/** JSON lines. */
export function record(scenario: Scenario): string {
  const lines: unknown[] = [header(scenario)];
  const add = (op: string, end: number, fields: Record<string, unknown>) =>
    lines.push({ t: pair.nowMs % 2 ** 32, op, end, ...inHex(fields) });
  const pair: Pair = new Pair({ ...scenario, record: add });
  const random = seededRandom(scenario.seed).fork('messages');
  const { startMs, durationMs, everyMs, messages } = scenario;
  for (let sent = 0; pair.nowMs < startMs + durationMs; pair.step()) {
    if ((pair.nowMs - startMs) % everyMs !== 0 || sent === messages) continue;
    sent += 1;
    pair.send(0, message(sent, 1 + Math.floor(random.unit() * scenario.longestBytes)));
    if (sent % 4 === 0) pair.send(1, message(sent, 1 + Math.floor(random.unit() * 100)));
  }
  for (const [end, kcp] of pair.ends.entries()) {
    add('state', end, {
      waitsnd: kcp.waitingSegments,
      rxRto: kcp.rtoMs,
      srtt: kcp.srttMs,
      cwnd: kcp.congestionWindowSegments,
      sndUna: kcp.firstUnacknowledged,
      rcvNxt: kcp.nextExpected,
      xmit: kcp.counters.timeoutRetransmissions,
    });
  }
  return lines.map(line => `${JSON.stringify(line)}\n`).join('');
}

function header({ options, link }: Scenario): Record<string, unknown> {
  const settings = settingsFrom(options);
  return {
    conv: settings.conversation,
    nodelay: settings.nodelay,
    interval: settings.intervalMs,
    resend: settings.fastResend,
    nc: settings.congestionControl ? 0 : 1,
    sndwnd: settings.sendWindow,
    rcvwnd: settings.receiveWindow,
    mtu: settings.mtuBytes,
    stream: settings.streamMode ? 1 : 0,
    loss: link.loss,
    dup: link.duplicate,
    delayMs: link.delayMs,
    reference: 'recorded by our own core',
  };
}

/** Bytes that a compressor makes little of, and that are others in each message. */
function message(number: number, byteCount: number): Uint8Array {
  return Uint8Array.from({ length: byteCount }, (_, index) => number * 31 + index * 7);
}

function inHex(fields: Record<string, unknown>): Record<string, unknown> {
  const hexed = (value: unknown): unknown => {
    if (value instanceof Uint8Array) return Buffer.from(value).toString('hex');
    return Array.isArray(value) ? value.map(hexed) : value;
  };
  return Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, hexed(value)]));
}
