/**
 * A process of the bench of the relay link: one end of the line, which sends messages or receives them, and tells what
 * processor time that took. It ends with the bench.
 */
import { type Clock, systemClock } from '../../transports/clock.ts';
import type { EndLinks } from './end-links.ts';
import { MESSAGE_INTERVAL_MS, readMessage, TAIL_MS, writeMessage } from './relay-plans.ts';
import type { EndOptions, FromEnd, ToEnd } from './relay-protocol.ts';
import { openTcpLinks } from './tcp-links.socket.ts';
import { openUdpLinks } from './udp-links.ts';

/** How often messages that are due are sent: as often as timers allow. */
const PACE_MS = 1;

const options = JSON.parse(process.argv[2]!) as EndOptions;
const clock: Clock = systemClock;
const agesMs: number[] = [];
let cpuBefore = process.cpuUsage();

function tell(word: FromEnd): void {
  if (process.connected) process.send!(word);
}

function fail(error: unknown): void {
  const word: FromEnd = { kind: 'error', error: error instanceof Error ? error.message : String(error) };
  process.send!(word, () => process.exit(1));
}

/** Asks again and again, until it is so or it is given up. */
function until(isSo: () => boolean, limitMs = Number.POSITIVE_INFINITY): Promise<void> {
  const endsAtMs = clock.nowMs() + limitMs;
  return new Promise((resolve, reject) => {
    const look = () => {
      try {
        if (isSo() || clock.nowMs() >= endsAtMs) resolve();
        else clock.setTimer(PACE_MS, look);
      } catch (error) {
        reject(error);
      }
    };
    look();
  });
}

function cpuUs(): number {
  const { user, system } = process.cpuUsage(cpuBefore);
  return user + system;
}

async function send(links: EndLinks): Promise<void> {
  const { plan, seeds, warmUp, messages } = options;
  const everyMs = MESSAGE_INTERVAL_MS / (plan.streams * seeds.length);
  const beginsAtMs = clock.nowMs();
  const touched = new Set<number>();
  let next = 0;
  await until(() => {
    const nowMs = clock.nowMs();
    for (; next < warmUp + messages && beginsAtMs + next * everyMs <= nowMs; next += 1) {
      if (next === warmUp) {
        cpuBefore = process.cpuUsage();
        tell({ kind: 'measuring' });
      }
      const link = next % seeds.length;
      links.send(nowMs, link, Math.floor(next / seeds.length) % plan.streams, writeMessage(next, nowMs));
      touched.add(link);
    }
    for (const link of touched) links.settle(link);
    touched.clear();
    links.areReady();
    return next >= warmUp + messages;
  });
  tell({ kind: 'sent', cpuUs: cpuUs() });
}

async function finish(): Promise<void> {
  const used = cpuUs();
  await until(() => agesMs.length >= options.messages, TAIL_MS);
  tell({ kind: 'received', cpuUs: used, agesMs });
}

function onMessage(nowMs: number, message: Uint8Array): void {
  const { number, sentAtMs } = readMessage(message);
  if (number >= options.warmUp) agesMs.push(nowMs - sentAtMs);
}

async function follow(links: EndLinks, word: ToEnd): Promise<void> {
  switch (word.kind) {
    case 'connect':
      await links.connect(word.ports);
      tell({ kind: 'open' });
      await until(() => links.areReady());
      return tell({ kind: 'ready' });
    case 'begin':
      return send(links);
    case 'measuring':
      cpuBefore = process.cpuUsage();
      return;
    case 'sent':
      return finish();
  }
}

// The bench is gone.
process.once('disconnect', () => process.exit());
process.once('uncaughtException', fail);
const { transport } = options.plan;
const links =
  transport === 'tcp'
    ? openTcpLinks(options, clock, onMessage)
    : await openUdpLinks(transport, options, clock, onMessage);
process.on('message', (word: ToEnd) => void follow(links, word).catch(fail));
tell({ kind: 'bound', ports: links.ports });
