/** A terminal of one test's own: nothing leaves it, and its clock is the test's. */
import { pino } from 'pino';
import type { RunningNode } from '../../../gateway/cli/running-node.ts';
import type { Terminal } from '../../../gateway/cli/terminal.ts';

/** 2026-01-01T00:00:00Z. */
export const START_WALL_MS = Date.UTC(2026, 0, 1);

export interface FakeTerminal extends Terminal {
  /** What was asked for. */
  readonly printed: string[];
  /** What the person at the terminal was told. */
  readonly told: string[];
  signal(signal: NodeJS.Signals): void;
  /** Lets time pass and fires the timers that are due; then lets what waited for them run. */
  pass(ms: number): Promise<void>;
}

export const runningNode: RunningNode = {
  url: 'http://127.0.0.1:8080',
  addresses: ['192.0.2.7', '127.0.0.1'],
  mediaPorts: [7000, 7001],
  warnings: [],
  failure: new Promise(() => {}),
  impair: () => {},
  stop: () => Promise.resolve(),
};

export function fakeTerminal(changes: Partial<Terminal> = {}): FakeTerminal {
  const printed: string[] = [];
  const told: string[] = [];
  const listeners: ((signal: NodeJS.Signals) => void)[] = [];
  const timers = new Set<{ readonly atMs: number; readonly fire: () => void }>();
  let nowMs = 0;
  return {
    env: {},
    directory: '/no/such/folder',
    clock: {
      nowMs: () => nowMs,
      wallMs: () => START_WALL_MS + nowMs,
      setTimer(delayMs, fire) {
        const timer = { atMs: nowMs + delayMs, fire };
        timers.add(timer);
        return { cancel: () => void timers.delete(timer) };
      },
    },
    out: text => void printed.push(text),
    tell: text => void told.push(text),
    openLog: () => pino({ level: 'silent' }),
    startNode: async () => runningNode,
    fetch: async () => Promise.reject(new Error('no network in this test')),
    onSignal: listener => void listeners.push(listener),
    ...changes,
    printed,
    told,
    signal(signal) {
      for (const listener of listeners) listener(signal);
    },
    async pass(ms) {
      nowMs += ms;
      for (const timer of timers) {
        if (timer.atMs > nowMs) continue;
        timers.delete(timer);
        timer.fire();
      }
      await new Promise(setImmediate);
    },
  };
}
