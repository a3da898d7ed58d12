/** One row of the relay bench: two processes, a line between them, and the messages that go over it. */

import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { systemClock } from '../../transports/clock.ts';
import { hundredths, tenths, thousandths } from '../rounding.ts';
import { ended, within } from './child.ts';
import { eventOf } from './child-events.ts';
import { inNamespace } from './namespaces.ts';
import { meanOf, quantile } from './quantiles.ts';
import type { RelayLine } from './relay-line.ts';
import { LATE_MS, linkSeeds, MESSAGE_BYTES, MESSAGE_INTERVAL_MS, type RelayPlan } from './relay-plans.ts';
import type { EndOptions, FromEnd, ToEnd } from './relay-protocol.ts';
import { openTunLine, type TunLineOptions } from './tun-line.ts';
import { openUdpLine } from './udp-line.ts';

/** For starting two processes, and for links to come up. */
const START_MAX_MS = 30_000;
/** For what comes late, and a machine that is busy. */
const SPARE_MS = 30_000;

/** One-way times in milliseconds, from the call that sends a message to the one that hands it over. */
export interface MeasuredRow extends RelayPlan {
  /** Of those that came. */
  readonly meanMs: number;
  readonly p50Ms: number;
  readonly p95Ms: number;
  readonly p99Ms: number;
  readonly maxMs: number;
  /** Not there within LATE_MS, those that never came included. */
  readonly latePercent: number;
  /** Sent either way for each byte of the messages. */
  readonly bytesRatio: number;
  /** Processor time of each end's process, sockets and the bench's own work in it included. */
  readonly senderCpuUs: number;
  readonly receiverCpuUs: number;
  readonly messages: number;
}

/** Characters of what a process says before it ends: its first line is what is told. */
const SAID_MAX = 2_000;

export interface RowOptions {
  readonly messages: number;
  readonly warmUpMs: number;
  readonly seed: number;
  readonly signal: AbortSignal;
}

/** The machine does not offer what a transport is measured with. */
export class NotOffered extends Error {}

/** Rejects when `signal` says to stop, or a link does not come up; no process or socket is left either way. */
export async function measureRow(plan: RelayPlan, options: RowOptions): Promise<MeasuredRow> {
  const { messages, warmUpMs, seed, signal } = options;
  const seeds = linkSeeds(seed, plan);
  const everyMs = MESSAGE_INTERVAL_MS / (plan.streams * seeds.length);
  const warmUp = Math.ceil(warmUpMs / everyMs);
  const about = { plan, seeds, warmUp, messages };
  const ends: Ends = {
    sender: start({ side: 'sender', ...about }),
    receiver: start({ side: 'receiver', ...about }),
  };
  let line: RelayLine | undefined;
  try {
    line = await within('a line', START_MAX_MS, signal, connect(plan, seeds, ends));
    const limitMs = 2 * everyMs * (warmUp + messages) + SPARE_MS;
    return await within('a row', limitMs, signal, exchange(plan, line, ends, messages));
  } finally {
    await Promise.all([ended(ends.sender), ended(ends.receiver), line?.close()]);
  }
}

interface Ends {
  readonly sender: ChildProcess;
  readonly receiver: ChildProcess;
}

function start(options: EndOptions): ChildProcess {
  const node = process.execPath;
  const [command, ...prefix] = options.plan.transport === 'tcp' ? inNamespace(node) : [node];
  const program = fileURLToPath(new URL('./relay-end.ts', import.meta.url));
  return spawn(command, [...prefix, program, JSON.stringify(options)], {
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
}

/** Rejects when it could not be started, or has ended: with what it said on its standard error. */
function failed(child: ChildProcess): Promise<never> {
  return new Promise((_, reject) => {
    let said = '';
    child.once('error', reject);
    child.stderr!.on('data', (words: Buffer) => {
      said = `${said}${words}`.slice(0, SAID_MAX);
    });
    child.once('close', code => reject(new Error(said.trim().split('\n', 1)[0] || `it ended with ${code}`)));
  });
}

/** That they are there. Both the line and the namespaces that TCP needs are made by then, or cannot be. */
async function bound(plan: RelayPlan, { sender, receiver }: Ends) {
  const failures = [failed(sender), failed(receiver)];
  for (const failure of failures) failure.catch(() => {});
  try {
    // One that is told of an end hears of it before why.
    return await Promise.race([
      ...failures,
      Promise.all([told(sender, 'bound'), told(receiver, 'bound')]).catch(() => Promise.race(failures)),
    ]);
  } catch (error) {
    throw plan.transport === 'tcp' ? new NotOffered((error as Error).message) : error;
  }
}

function tunLine(options: TunLineOptions): RelayLine {
  try {
    return openTunLine(options);
  } catch (error) {
    throw new NotOffered((error as Error).message);
  }
}

async function connect(plan: RelayPlan, seeds: readonly string[], ends: Ends): Promise<RelayLine> {
  const [atSender, atReceiver] = await bound(plan, ends);
  const clock = systemClock;
  const line =
    plan.transport === 'tcp'
      ? tunLine({ seeds, clock, senderPid: ends.sender.pid!, receiverPid: ends.receiver.pid! })
      : await openUdpLine({ seeds, clock, senderPorts: atSender.ports, receiverPorts: atReceiver.ports });
  try {
    const areReady = [told(ends.sender, 'ready'), told(ends.receiver, 'ready')];
    // One of them may fail while another is waited for.
    for (const isReady of areReady) isReady.catch(() => {});
    for (const side of ['sender', 'receiver'] as const) {
      const isOpen = told(ends[side], 'open');
      tell(ends[side], { kind: 'connect', ports: line.ports[side] });
      await isOpen;
    }
    await Promise.all(areReady);
    return line;
  } catch (error) {
    await line.close();
    throw error;
  }
}

async function exchange(
  plan: RelayPlan,
  line: RelayLine,
  { sender, receiver }: Ends,
  messages: number,
): Promise<MeasuredRow> {
  const measuring = told(sender, 'measuring');
  const sent = told(sender, 'sent');
  const received = told(receiver, 'received');
  for (const one of [measuring, sent, received]) one.catch(() => {});
  // Not before: what a line loses of the first few datagrams says nothing of those that are measured.
  line.impair(plan);
  tell(sender, { kind: 'begin' });
  await Promise.race([measuring, received]);
  const bytesBefore = line.bytesSent;
  tell(receiver, { kind: 'measuring' });
  const { cpuUs: senderCpuUs } = await Promise.race([sent, received]);
  const bytes = line.bytesSent - bytesBefore;
  tell(receiver, { kind: 'sent' });
  const { cpuUs: receiverCpuUs, agesMs } = await received;
  if (agesMs.length === 0)
    throw new Error(
      'none of the messages arrived in time: the machine is too busy with other things for this bench',
    );
  const at = (share: number) => tenths(quantile(agesMs, share));
  const late = messages - agesMs.filter(ageMs => ageMs <= LATE_MS).length;
  return {
    ...plan,
    meanMs: tenths(meanOf(agesMs)),
    p50Ms: at(0.5),
    p95Ms: at(0.95),
    p99Ms: at(0.99),
    maxMs: at(1),
    latePercent: hundredths((100 * late) / messages),
    bytesRatio: thousandths(bytes / (messages * MESSAGE_BYTES)),
    senderCpuUs: tenths(senderCpuUs / messages),
    receiverCpuUs: tenths(receiverCpuUs / messages),
    messages,
  };
}

function told<Kind extends FromEnd['kind']>(child: ChildProcess, kind: Kind) {
  return eventOf<FromEnd, Kind>(child, 'an end of the line', kind);
}

function tell(child: ChildProcess, word: ToEnd): void {
  if (child.connected) child.send(word);
}
