/**
 * A row of the relay bench on a virtual clock and network, and whether the real one agrees with it: the same cores, messages
 * and seeds of the line, with neither sockets nor a machine that has other things to do.
 */
import { nextTurn } from '../../transports/clock.ts';
import { chooseEngine } from '../../transports/engine.ts';
import type { Path } from '../../transports/udp/path.ts';
import { VirtualNetwork } from '../network.ts';
import { seededRandom } from '../seeded-random.ts';
import { EAST, VirtualCarriers } from '../virtual-carriers.ts';
import { VirtualClock } from '../virtual-clock.ts';
import { meanOf, quantile } from './quantiles.ts';
import { makeReceiver, makeSender, type OnMessage, type UdpTransport } from './relay-carriers.ts';
import { LINE, lossyLine, wayRandoms } from './relay-line.ts';
import {
  linkSeeds,
  MESSAGE_INTERVAL_MS,
  type RelayPlan,
  readMessage,
  TAIL_MS,
  writeMessage,
} from './relay-plans.ts';
import type { RowOptions } from './relay-row.ts';

/** A greeting takes two round trips, and what it loses does not count yet. */
const READY_MAX_MS = 10_000;
const READY_STEP_MS = 10;
/** Messages between two turns of the event loop, in which Ctrl-C is heard. */
const TURN_MESSAGES = 1_000;

/** One-way times in milliseconds, of the messages that came. */
export interface VirtualRow {
  readonly meanMs: number;
  readonly p99Ms: number;
}

/** Rejects when a link does not come up, or goes down, or `signal` says to stop. */
export async function virtualRow(
  plan: RelayPlan & { readonly transport: UdpTransport },
  { messages, warmUpMs, seed, signal }: RowOptions,
): Promise<VirtualRow> {
  const { transport, streams } = plan;
  const clock = new VirtualClock();
  const seeds = linkSeeds(seed, plan);
  const everyMs = MESSAGE_INTERVAL_MS / (streams * seeds.length);
  const warmUp = Math.ceil(warmUpMs / everyMs);
  const agesMs: number[] = [];
  const onMessage: OnMessage = (nowMs, message) => {
    const { number, sentAtMs } = readMessage(message);
    if (number >= warmUp) agesMs.push(nowMs - sentAtMs);
  };
  const links = seeds.map(link => openLink(clock, { transport, streams, seed: link, onMessage }));
  while (!links.every(({ isReady }) => isReady)) {
    if (clock.nowMs() > READY_MAX_MS) throw new Error(`no link within ${READY_MAX_MS / 1000} s`);
    clock.advanceBy(READY_STEP_MS);
  }
  for (const link of links) link.impair(lossyLine(plan));
  const beginsAtMs = clock.nowMs();
  for (let number = 0; number < warmUp + messages; number += 1) {
    if (number % TURN_MESSAGES === 0) {
      await new Promise<void>(nextTurn);
      signal.throwIfAborted();
    }
    clock.advanceTo(beginsAtMs + number * everyMs);
    const stream = Math.floor(number / links.length) % streams;
    links[number % links.length]!.send(stream, writeMessage(number, clock.nowMs()));
  }
  clock.advanceBy(TAIL_MS);
  await Promise.all(links.map(link => link.close()));
  return { meanMs: meanOf(agesMs), p99Ms: quantile(agesMs, 0.99) };
}

interface LinkOptions {
  readonly transport: UdpTransport;
  readonly streams: number;
  readonly seed: string;
  readonly onMessage: OnMessage;
}

function openLink(
  clock: VirtualClock,
  { transport, streams, seed, onMessage }: LinkOptions,
): VirtualCarriers {
  const randoms = wayRandoms(seed);
  const network = new VirtualNetwork(
    clock,
    from => randoms[from === EAST ? 'to receiver' : 'to sender'],
    LINE,
  );
  const engine = chooseEngine('auto');
  // The same keys at both ends.
  const options = (path: Path) => ({ engine, streams, random: seededRandom(`${seed} keys`), path });
  return new VirtualCarriers({
    clock,
    network,
    makeSender: path => makeSender(transport, options(path)),
    makeReceiver: path => makeReceiver(transport, clock.nowMs(), options(path), onMessage),
  });
}

/** Of delays beyond the line's own; below that, what sockets and timers take is more than the difference. */
const AGREE_SHARE = 0.2;
const AGREE_MS = 3;

/** Whether a real link's delay beyond the line's own is as the virtual one's. */
export function agrees(beyondMs: number, virtualBeyondMs: number): boolean {
  return Math.abs(beyondMs - virtualBeyondMs) <= Math.max(AGREE_MS, AGREE_SHARE * virtualBeyondMs);
}
