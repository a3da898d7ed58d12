/**
 * The bench of the relay link: how long messages take over a line that loses some, and what that costs, against plain KCP
 * and UDP with NACK. Both ends are in this process, so that there is one clock, and each has a real socket.
 */
import { type Clock, systemClock } from '../../transports/clock.ts';
import { seededRandom } from '../seeded-random.ts';
import { LineEnd } from './line-end.ts';
import { quantile } from './quantiles.ts';
import { type Carrier, makeCarrier } from './relay-carriers.ts';
import {
  DELAY_MS,
  JITTER_MS,
  LATE_MS,
  MESSAGE_BYTES,
  MESSAGE_INTERVAL_MS,
  type RelayPlan,
  readMessage,
  relayPlans,
  THIN_LINKS,
  writeMessage,
} from './relay-plans.ts';

/** For the last messages of a row, several times lost. */
const TAIL_MS = 1_500;
/** Links are up within a few round trips. */
const READY_MAX_MS = 10_000;
const LINE = { delayMs: DELAY_MS, jitterMs: JITTER_MS };
/** How often messages that are due are sent: as often as timers allow. */
const PACE_MS = 1;

/** One-way times in milliseconds, from the call that sends a message to the one that hands it over. */
export interface RelayRow extends RelayPlan {
  readonly p50Ms: number;
  readonly p95Ms: number;
  readonly p99Ms: number;
  readonly maxMs: number;
  /** Not there within LATE_MS, those that never came included. */
  readonly latePercent: number;
  /** Sent either way, of UDP payload, for each byte of the messages. */
  readonly bytesRatio: number;
  /** Of both ends and the line between them. */
  readonly cpuUsPerMessage: number;
  readonly messages: number;
}

export interface RelayReport {
  readonly rows: readonly RelayRow[];
  /** What was not measured, and why. */
  readonly notMeasured: readonly { readonly transport: string; readonly reason: string }[];
}

export interface RelayBenchOptions {
  readonly messages: number;
  readonly warmUpMs: number;
  readonly seed: number;
  readonly plans?: readonly RelayPlan[];
  readonly signal: AbortSignal;
  onProgress(line: string): void;
}

/** Rejects when `signal` says to stop, or a link does not come up; no socket is left either way. */
export async function benchRelay(options: RelayBenchOptions): Promise<RelayReport> {
  const { plans = relayPlans, onProgress } = options;
  const rows: RelayRow[] = [];
  for (const [place, plan] of plans.entries()) {
    const { transport, streams, loss, burst } = plan;
    onProgress(
      `${place + 1} of ${plans.length}: ${transport}, ${streams} streams, ${loss} % lost, ${burst} in a row`,
    );
    rows.push(await measureRow(plan, options));
  }
  const reason =
    'kernel TCP takes its losses from the kernel: it needs a lossy link between two network namespaces, which this machine’s kernel does not offer to the bench';
  return { rows, notMeasured: [{ transport: 'tcp', reason }] };
}

async function measureRow(plan: RelayPlan, options: RelayBenchOptions): Promise<RelayRow> {
  const links: Link[] = [];
  try {
    const count = plan.streams === 1 ? THIN_LINKS : 1;
    for (let place = 0; place < count; place += 1)
      links.push(await Link.open(plan, `${options.seed} ${plan.loss} ${plan.burst} ${place}`, systemClock));
    await until(() => links.every(({ isReady }) => isReady), READY_MAX_MS, options.signal);
    // Not before: what a line loses of the first few datagrams says nothing of those that are measured.
    for (const link of links) link.impair(plan);
    return await measureLinks(plan, links, options);
  } finally {
    await Promise.all(links.map(link => link.close()));
  }
}

async function measureLinks(
  plan: RelayPlan,
  links: readonly Link[],
  { messages, warmUpMs, signal }: RelayBenchOptions,
): Promise<RelayRow> {
  const streams = links.flatMap(link =>
    Array.from({ length: plan.streams }, (_, stream) => ({ link, stream })),
  );
  const everyMs = MESSAGE_INTERVAL_MS / streams.length;
  const warmUp = Math.ceil(warmUpMs / everyMs);
  const beginsAtMs = systemClock.nowMs();
  const agesMs: number[] = [];
  const sentAtMs: number[] = [];
  let before = { bytes: 0, cpu: process.cpuUsage() };
  const bytes = () => links.reduce((sum, link) => sum + link.bytesSent, 0);
  for (const link of links)
    link.onMessage = (nowMs, number) => {
      if (number >= warmUp) agesMs.push(nowMs - sentAtMs[number - warmUp]!);
    };
  let next = 0;
  const send = () => {
    const nowMs = systemClock.nowMs();
    for (; next < warmUp + messages && beginsAtMs + next * everyMs <= nowMs; next += 1) {
      if (next === warmUp) before = { bytes: bytes(), cpu: process.cpuUsage() };
      const { link, stream } = streams[next % streams.length]!;
      if (!link.isReady) throw new Error('a link is not ready');
      if (next >= warmUp) sentAtMs.push(nowMs);
      link.send(nowMs, stream, writeMessage(next));
    }
    return next >= warmUp + messages;
  };
  await until(send, 2 * everyMs * (warmUp + messages) + READY_MAX_MS, signal);
  const bytesRatio = (bytes() - before.bytes) / (messages * MESSAGE_BYTES);
  const { user, system } = process.cpuUsage(before.cpu);
  await until(() => agesMs.length === messages, TAIL_MS, signal).catch(error => {
    if (signal.aborted) throw error;
  });
  if (agesMs.length === 0)
    throw new Error(
      'none of the messages arrived in time: the machine is too busy with other things for this bench',
    );
  const late = messages - agesMs.filter(ageMs => ageMs <= LATE_MS).length;
  const [p50Ms, p95Ms, p99Ms, maxMs] = [0.5, 0.95, 0.99, 1].map(q => rounded(quantile(agesMs, q), 10));
  return {
    ...plan,
    p50Ms: p50Ms!,
    p95Ms: p95Ms!,
    p99Ms: p99Ms!,
    maxMs: maxMs!,
    latePercent: rounded((100 * late) / messages, 100),
    bytesRatio: rounded(bytesRatio, 1_000),
    cpuUsPerMessage: rounded((user + system) / messages, 10),
    messages,
  };
}

/** Two ends, and a transport between them. */
class Link {
  /** Is told the number of each message that comes. */
  onMessage: (nowMs: number, number: number) => void = () => {};
  readonly #east: LineEnd;
  readonly #west: LineEnd;
  readonly #carrier: Carrier;

  private constructor(plan: RelayPlan, seed: string, clock: Clock, east: LineEnd, west: LineEnd) {
    this.#east = east;
    this.#west = west;
    this.#carrier = makeCarrier(plan.transport, clock.nowMs(), {
      streams: plan.streams,
      random: seededRandom(`${seed} keys`),
      toReceiver: east.pathTo(west),
      toSender: west.pathTo(east),
      onMessage: (nowMs, _stream, message) => this.onMessage(nowMs, readMessage(message)),
    });
    west.run(this.#carrier.receiver);
    east.run(this.#carrier.sender);
  }

  static async open(plan: RelayPlan, seed: string, clock: Clock): Promise<Link> {
    const random = seededRandom(seed);
    const east = await LineEnd.open(clock, random.fork('east'), LINE);
    const west = await LineEnd.open(clock, random.fork('west'), LINE);
    return new Link(plan, seed, clock, east, west);
  }

  impair({ loss, burst }: RelayPlan): void {
    const settings = { ...LINE, loss: loss / 100, ...(burst > 1 && { burst }) };
    for (const end of [this.#east, this.#west]) end.impair(settings);
  }

  /** Throws when the link is down. */
  get isReady(): boolean {
    const { isReady, failure } = this.#carrier;
    if (failure !== undefined) throw new Error(`a link went down: ${failure}`);
    return isReady;
  }

  get bytesSent(): number {
    return this.#east.bytesSent + this.#west.bytesSent;
  }

  send(nowMs: number, stream: number, message: Uint8Array): void {
    this.#carrier.send(nowMs, stream, message);
    this.#east.settle();
  }

  async close(): Promise<void> {
    await Promise.all([this.#east.close(), this.#west.close()]);
  }
}

/** Asks again and again, until it is so. Rejects past the limit, or when `signal` says to stop. */
function until(isSo: () => boolean, limitMs: number, signal: AbortSignal): Promise<void> {
  const endsAtMs = systemClock.nowMs() + limitMs;
  return new Promise((resolve, reject) => {
    const look = () => {
      try {
        if (signal.aborted) reject(signal.reason);
        else if (isSo()) resolve();
        else if (systemClock.nowMs() > endsAtMs) reject(new Error('the line took too long'));
        else systemClock.setTimer(PACE_MS, look);
      } catch (error) {
        reject(error);
      }
    };
    look();
  });
}

function rounded(value: number, parts: number): number {
  return Math.round(value * parts) / parts;
}
