/** The ways of a link that traces are recorded of: what each is for, and how the two ends are set up. */
import type { PairSettings } from './pair.ts';

export interface Scenario extends Omit<PairSettings, 'record'> {
  readonly name: string;
  readonly startMs: number;
  readonly durationMs: number;
  /** How often end 0 sends (end 1 sends a fourth as often), and the longest message. */
  readonly everyMs: number;
  readonly longestBytes: number;
  /** Messages that end 0 sends in all. */
  readonly messages: number;
}

const fast = { nodelay: 1, intervalMs: 10, fastResend: 2, congestionControl: false } as const;
const usual = { durationMs: 1800, everyMs: 12, longestBytes: 400, messages: 100, startMs: 1000 } as const;
const windows = { sendWindow: 128, receiveWindow: 128 } as const;

export const scenarios: readonly Scenario[] = [
  {
    ...usual,
    name: 'clean-default',
    options: { conversation: 0x11223344 },
    link: { loss: 0, duplicate: 0, delayMs: [20, 20] },
    seed: 1,
    startMs: 0,
  },
  {
    ...usual,
    name: 'loss5-fast',
    options: { ...fast, ...windows, conversation: 7, mtuBytes: 600 },
    link: { loss: 0.05, duplicate: 0, delayMs: [25, 45] },
    seed: 2,
  },
  {
    ...usual,
    name: 'loss20-fast',
    options: { ...fast, ...windows, conversation: 0xffff_fffe, mtuBytes: 500 },
    link: { loss: 0.2, duplicate: 0.02, delayMs: [40, 80] },
    seed: 3,
    durationMs: 2500,
  },
  {
    ...usual,
    name: 'loss10-normal-cwnd',
    options: { ...windows, conversation: 99, intervalMs: 20, fastResend: 2, mtuBytes: 400 },
    link: { loss: 0.1, duplicate: 0, delayMs: [30, 60] },
    seed: 4,
    durationMs: 4000,
  },
  {
    ...usual,
    name: 'reorder-dup',
    options: { ...fast, ...windows, conversation: 4096, mtuBytes: 576 },
    link: { loss: 0.02, duplicate: 0.2, delayMs: [5, 90] },
    seed: 5,
  },
  {
    ...usual,
    name: 'fragments-large',
    options: { ...fast, conversation: 5, sendWindow: 256, receiveWindow: 256, mtuBytes: 300 },
    link: { loss: 0.05, duplicate: 0, delayMs: [20, 30] },
    seed: 6,
    everyMs: 150,
    longestBytes: 12_000,
    messages: 10,
  },
  {
    ...usual,
    name: 'stream-mode',
    options: { ...fast, ...windows, conversation: 6, mtuBytes: 400, streamMode: true },
    link: { loss: 0.05, duplicate: 0, delayMs: [20, 30] },
    seed: 7,
  },
  {
    ...usual,
    name: 'clock-wrap',
    options: { ...fast, ...windows, conversation: 8, mtuBytes: 500 },
    link: { loss: 0.08, duplicate: 0, delayMs: [20, 60] },
    seed: 8,
    startMs: 2 ** 32 - 900,
  },
  {
    ...usual,
    name: 'zero-window-probe',
    options: { ...fast, conversation: 11, sendWindow: 64, receiveWindow: 8, mtuBytes: 400 },
    link: { loss: 0.03, duplicate: 0, delayMs: [20, 40] },
    // Longer than a sender waits before it asks for the window.
    reads: (end, nowMs) => end === 0 || Math.floor(nowMs / 50) % 260 === 259,
    seed: 9,
    everyMs: 10,
    longestBytes: 60,
    messages: 300,
    durationMs: 14_000,
  },
  {
    ...usual,
    name: 'blackout',
    options: { ...fast, ...windows, conversation: 12, mtuBytes: 500 },
    link: { loss: 0.02, duplicate: 0, delayMs: [15, 35], isDown: nowMs => nowMs % 1000 < 300 },
    seed: 10,
    durationMs: 3000,
  },
];
