/** Messages over a line that loses some: a relay link, KCP as it is, a model of TCP, and UDP with NACK. */
import { nextTurn } from '../../transports/clock.ts';
import { chooseEngine } from '../../transports/engine.ts';
import type { Fifo } from '../../transports/kcp/fifo.ts';
import type { Path } from '../../transports/udp/path.ts';
import {
  type CarrierEnd,
  type CarrierOptions,
  makeReceiver,
  makeSender,
  type OnMessage,
  type SendingEnd,
} from '../bench/relay-carriers.ts';
import { readMessage, writeMessage } from '../bench/relay-plans.ts';
import { DelayDistribution } from '../delay-distribution.ts';
import type { LinkSettings } from '../impairment.ts';
import { type MessagePromises, MessageWatch } from '../invariants/messages.ts';
import { beyondLimits, queueLimits } from '../invariants/queue-limits.ts';
import { Watch } from '../invariants/watch.ts';
import { VirtualNetwork } from '../network.ts';
import type { Violation } from '../report/report.ts';
import { RunDigest } from '../run-digest.ts';
import { seededRandom } from '../seeded-random.ts';
import { TcpReceiver, TcpSender } from '../tcp-model.ts';
import { VirtualCarriers } from '../virtual-carriers.ts';
import { VirtualClock } from '../virtual-clock.ts';
import { delayPlot, type NamedDelays } from './delay-plot.ts';
import type { FigureRecord, Outcome, Plot, Scenario, ScenarioOptions } from './scenario.ts';

const transports = ['relay', 'kcp', 'tcp', 'nack'] as const;
type Transport = (typeof transports)[number];
const lines = [
  { loss: 0.01, burst: 1, delayMs: 25 },
  { loss: 0.05, burst: 1, delayMs: 25 },
  { loss: 0.05, burst: 4, delayMs: 25 },
  { loss: 0.05, burst: 1, delayMs: 80 },
  { loss: 0.1, burst: 1, delayMs: 25 },
] as const;
const JITTER_MS = 5;
/** A stream of 350 kbit/s. */
const MESSAGE_INTERVAL_MS = 25;
/** Until the link is up and knows its line. */
const WARM_UP_MS = 5_000;
const TAIL_MS = 3_000;
const MINUTE_MS = 60_000;
/** Whatever has been built on the machine, runs are the same. */
const engine = chooseEngine('portable');
/**
 * A link with deadlines gives up what would come too late; and who only asks for what is missing before another does not know
 * of the last one.
 */
const promises: Readonly<Record<Transport, MessagePromises>> = {
  relay: { inOrder: true, complete: false },
  kcp: { inOrder: true, complete: true },
  tcp: { inOrder: true, complete: true },
  nack: { inOrder: false, complete: false },
};

export const loss: Scenario = {
  name: 'loss',
  summary: 'a relay link, plain KCP, TCP and UDP with NACK on lines that lose packets',
  explanation: [
    'Messages of 1,100 bytes, 40 a second, over lines that lose 1 to 10 %, singly or in runs of 4, and take 25 or 80 ms and up to',
    '5 ms more. `relay` is the relay link (KCP with parity and deadlines), `kcp` KCP as it is, without parity, `tcp` a model',
    'of TCP with SACK, RACK and tail loss probes, in order, `nack` UDP with repairs, in any order. Rows: {transport, loss,',
    'burst, delayMs, beyondMs, p50Ms, p99Ms, maxMs, missing, bytesRatio}; `beyondMs` is the mean beyond the line’s own time. No',
    'message may come twice, nor out of order but by `nack`; of `kcp` and `tcp` each has to come.',
  ],
  minutes: 20,
  play,
};

async function play(options: ScenarioOptions): Promise<Outcome> {
  const clock = new VirtualClock();
  const digest = new RunDigest(clock);
  const plans = lines.flatMap(line => transports.map(transport => ({ ...line, transport })));
  const eachMs = (options.minutes * MINUTE_MS) / plans.length;
  const rows: FigureRecord[] = [];
  const series: NamedDelays[] = [];
  const violations: Violation[] = [];
  let violationCount = 0;
  for (const [place, plan] of plans.entries()) {
    options.signal.throwIfAborted();
    const { row, delays, violations: found } = await carry(clock, digest, plan, eachMs, options.seed);
    rows.push(row);
    const { transport, loss: share, burst, delayMs } = plan;
    if (share === 0.05 && burst === 1 && delayMs === 25) series.push({ name: transport, delays });
    const where = `${transport}, ${100 * share} % in runs of ${burst}, ${delayMs} ms`;
    violationCount += found.count;
    violations.push(...found.kept.map(one => ({ ...one, detail: `${where}: ${one.detail}` })));
    // Others get a turn, Ctrl-C among them.
    await new Promise<void>(nextTurn);
    options.onProgress((place + 1) / plans.length, `${transport}, ${100 * share} %`);
  }
  const beyond = (transport: Transport) =>
    rows.filter(row => row.transport === transport).map(row => Number(row.beyondMs));
  const ratios = (of: Transport) => beyond(of).map((ms, i) => Math.round((100 * ms) / beyond('tcp')[i]!));
  const digestText = digest.end();
  return {
    digest: digestText,
    virtualMs: clock.nowMs(),
    violations,
    violationCount,
    interruptions: 0,
    figures: {
      rows,
      kcpPercentOfTcp: ratios('kcp').join(', '),
      relayPercentOfTcp: ratios('relay').join(', '),
    },
    timeline: [],
    plots: [
      delayPlot(series, 'Delay at 5 % loss, 25 ms one way'),
      overLoss(rows, 'beyondMs', 'Mean delay beyond the line’s own, 25 ms one way, single losses'),
      overLoss(rows, 'p99Ms', '99 % of delays, 25 ms one way, single losses'),
    ],
  };
}

/** A figure of each transport against the loss, on the lines that differ in that alone. */
function overLoss(rows: readonly FigureRecord[], figure: string, title: string): Plot {
  const series = transports.map(transport => ({
    name: transport,
    points: rows
      .filter(row => row.transport === transport && row.delayMs === 25 && row.burst === 1)
      .map(row => [100 * Number(row.loss), Number(row[figure])] as const),
  }));
  return { title, x: 'loss, %', y: 'ms', style: 'line', series };
}

async function carry(
  clock: VirtualClock,
  digest: RunDigest,
  { transport, loss: share, burst, delayMs }: (typeof lines)[number] & { readonly transport: Transport },
  durationMs: number,
  seed: number,
) {
  const random = seededRandom(seed).fork(`${share} ${burst} ${delayMs}`);
  const line: LinkSettings = { delayMs, jitterMs: JITTER_MS };
  const network = new VirtualNetwork(clock, random.fork(transport), line);
  network.observe(digest);
  const watch = new Watch({
    clock,
    network,
    invariants: [],
    scene: { pages: [], wellSinceMs: undefined },
    onViolation: (invariant, detail) => digest.decided({ violation: invariant, detail }),
  });
  const messages = new MessageWatch(promises[transport], (invariant, detail) =>
    watch.violate(invariant, detail),
  );
  const delays = new DelayDistribution();
  let beyondMs = 0;
  const warmUp = WARM_UP_MS / 2 / MESSAGE_INTERVAL_MS;
  const onMessage: OnMessage = (nowMs, message) => {
    const { number, sentAtMs } = readMessage(message);
    messages.came(number);
    if (number < warmUp) return;
    delays.add(nowMs - sentAtMs);
    beyondMs += nowMs - sentAtMs - delayMs - JITTER_MS / 2;
  };
  // The same keys at both ends.
  const options = (path: Path): CarrierOptions => ({ engine, streams: 1, random: random.fork('keys'), path });
  const link = new VirtualCarriers({
    clock,
    network,
    makeSender: path => senderOf(transport, options(path)),
    makeReceiver: path => receiverOf(transport, clock.nowMs(), options(path), onMessage),
  });
  clock.advanceBy(WARM_UP_MS / 2);
  link.impair({ ...line, loss: share, ...(burst > 1 && { burst }) });
  const count = Math.floor((WARM_UP_MS / 2 + durationMs) / MESSAGE_INTERVAL_MS);
  let bytesBefore = 0;
  for (let number = 0; number < count; number += 1) {
    const nowMs = clock.nowMs();
    if (number === warmUp) bytesBefore = link.bytesSent;
    link.send(0, writeMessage(number, nowMs));
    const figures = link.sender.figures?.(nowMs);
    const wrongs = figures === undefined ? [] : beyondLimits(figures, 1);
    for (const wrong of wrongs) watch.violate(queueLimits.name, wrong);
    clock.advanceBy(MESSAGE_INTERVAL_MS);
  }
  const bytes = link.bytesSent - bytesBefore;
  clock.advanceBy(TAIL_MS);
  messages.end(count);
  await link.close();
  const { p50Ms, p99Ms, maxMs } = delays.figures;
  const row: FigureRecord = {
    transport,
    loss: share,
    burst,
    delayMs,
    beyondMs: Math.round((10 * beyondMs) / Math.max(1, delays.count)) / 10,
    p50Ms,
    p99Ms,
    maxMs,
    missing: count - warmUp - delays.count,
    bytesRatio: Math.round((1000 * bytes) / ((count - warmUp) * writeMessage(0, 0).length)) / 1000,
  };
  return { row, delays, violations: watch.violations };
}

function senderOf(transport: Transport, options: CarrierOptions): SendingEnd {
  if (transport !== 'tcp') return makeSender(transport, options);
  const tcp = new TcpSender();
  const send = (nowMs: number, _stream: number, message: Uint8Array) => tcp.send(nowMs, message);
  return Object.assign(tcpEnd(tcp, options.path), { send });
}

function receiverOf(
  transport: Transport,
  nowMs: number,
  options: CarrierOptions,
  onMessage: OnMessage,
): CarrierEnd {
  if (transport !== 'tcp') return makeReceiver(transport, nowMs, options, onMessage);
  return tcpEnd(new TcpReceiver(onMessage), options.path);
}

function tcpEnd(tcp: TcpSender | TcpReceiver, path: Path): CarrierEnd {
  return {
    isReady: true,
    failure: undefined,
    receive: (nowMs, bytes) => tcp.receive(nowMs, bytes),
    advance: nowMs => tcp.advance(nowMs),
    get deadlineMs() {
      return tcp.deadlineMs;
    },
    poll() {
      const bytes = (tcp.outputs as Fifo<Uint8Array>).shift();
      return bytes && { bytes, path };
    },
  };
}
