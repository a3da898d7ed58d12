/** What probes find of a path, by the core alone. */
import test from 'ava';
import fc from 'fast-check';
import {
  CONFIRM_INTERVAL_MS,
  CONFIRMATIONS_MAX,
  PathMtu,
  type PathMtuOptions,
  PROBES_MAX,
  type Probe,
  RAISE_INTERVAL_MS,
} from '../../../transports/relay/path-mtu.ts';
import { mutationRuns } from '../rtp/mutated.ts';

const RTT_MS = 50;
const BASE = 1_200;

/** A path on a clock of its own, that answers a probe after a round trip if it carries it and does not lose it. */
class Trial {
  nowMs = 0;
  readonly probes: Probe[] = [];
  readonly core: PathMtu;
  fallbacks = 0;
  carriesBytes: number;
  isLost: () => boolean = () => false;
  #answers: { readonly atMs: number; readonly number: number }[] = [];

  constructor(carriesBytes: number, options: Partial<PathMtuOptions> = {}) {
    this.carriesBytes = carriesBytes;
    this.core = new PathMtu({ nowMs: 0, baseBytes: BASE, mostBytes: 1_500, ...options });
  }

  /** Lets time pass; whether long datagrams go out meanwhile. */
  run(durationMs: number, sends = true): void {
    const endMs = this.nowMs + durationMs;
    while (this.nowMs < endMs) {
      if (sends) this.core.sent(this.nowMs, this.core.mtuBytes);
      for (const { number } of this.#answers.filter(({ atMs }) => atMs <= this.nowMs))
        this.core.answered(this.nowMs, number);
      this.#answers = this.#answers.filter(({ atMs }) => atMs > this.nowMs);
      if (this.core.advance(this.nowMs, RTT_MS)) this.fallbacks += 1;
      const probe = this.core.probe(this.nowMs, RTT_MS);
      if (probe !== undefined) {
        this.probes.push(probe);
        if (probe.mtuBytes <= this.carriesBytes && !this.isLost())
          this.#answers.push({ atMs: this.nowMs + RTT_MS, number: probe.number });
      }
      const dueMs = Math.min(
        this.core.deadline(RTT_MS)?.atMs ?? endMs,
        ...this.#answers.map(({ atMs }) => atMs),
        sends ? this.nowMs + CONFIRM_INTERVAL_MS / 3 : endMs,
      );
      this.nowMs = Math.min(endMs, Math.max(dueMs, this.nowMs + 1));
    }
  }
}

for (const firstNumber of [0, 2 ** 32 - 2])
  test(`the search ends at the longest step that the path carries, from number ${firstNumber}`, t => {
    fc.assert(
      fc.property(
        fc.integer({ min: 500, max: 1_500 }),
        fc.integer({ min: 500, max: 9_000 }),
        fc.integer({ min: 500, max: 10_000 }),
        (baseBytes, mostBytes, carriesBytes) => {
          const trial = new Trial(Math.max(baseBytes, carriesBytes), { baseBytes, mostBytes, firstNumber });
          trial.run(20_000);
          const found = trial.core.mtuBytes;
          const next = trial.probes.find(({ mtuBytes }) => mtuBytes > found);
          return (
            found >= baseBytes &&
            found <= Math.max(baseBytes, mostBytes) &&
            found <= trial.carriesBytes &&
            // It stopped for want of more, or at a step that is too long.
            (found >= mostBytes || (next !== undefined && next.mtuBytes > trial.carriesBytes)) &&
            trial.fallbacks === 0
          );
        },
      ),
      { seed: mutationRuns.seed, numRuns: 300 },
    );
    t.pass();
  });

test('a path that carries the most is known after a round trip for each step, and asked no further while nothing long is sent', t => {
  const trial = new Trial(1_500);
  trial.run(7 * RTT_MS, false);
  t.is(trial.core.mtuBytes, 1_500);
  t.deepEqual(
    trial.probes.map(({ mtuBytes }) => mtuBytes),
    [1_280, 1_360, 1_400, 1_452, 1_492, 1_500],
  );
  trial.run(2 * RAISE_INTERVAL_MS, false);
  t.is(trial.probes.length, 6);
});

test('a step that is too long costs three probes, and is tried again after ten minutes', t => {
  const trial = new Trial(1_420);
  trial.run(RAISE_INTERVAL_MS - 1_000, false);
  t.is(trial.core.mtuBytes, 1_400);
  t.is(trial.probes.filter(({ mtuBytes }) => mtuBytes === 1_452).length, PROBES_MAX);
  trial.carriesBytes = 1_500;
  trial.run(5_000, false);
  t.is(trial.core.mtuBytes, 1_500);
});

test('a path that carries less from now on is noticed in some seconds, and searched anew', t => {
  const trial = new Trial(1_500);
  trial.run(1_000);
  trial.carriesBytes = 1_400;
  const before = trial.probes.length;
  trial.run(CONFIRM_INTERVAL_MS + CONFIRMATIONS_MAX * (2 * RTT_MS + 100) + 10);
  t.is(trial.fallbacks, 1);
  t.is(trial.core.mtuBytes, BASE);
  t.is(trial.probes.length - before, CONFIRMATIONS_MAX);
  trial.run(CONFIRM_INTERVAL_MS + 2_000);
  t.is(trial.core.mtuBytes, 1_400);
});

test('losses by chance, and an outage, change nothing', t => {
  const trial = new Trial(1_500);
  trial.run(1_000);
  let number = 0;
  // Five of six are lost.
  trial.isLost = () => {
    number += 1;
    return number % CONFIRMATIONS_MAX !== 0;
  };
  trial.run(60_000);
  t.is(trial.fallbacks, 0);
  trial.isLost = () => true;
  for (let round = 0; round < 100; round += 1) {
    trial.run(400);
    trial.core.paused(trial.nowMs);
  }
  t.is(trial.fallbacks, 0);
  t.is(trial.core.mtuBytes, 1_500);
});

test('answers to other probes, and late ones, say nothing', t => {
  const core = new PathMtu({ nowMs: 0, baseBytes: BASE, mostBytes: 1_500, firstNumber: 2 ** 32 - 1 });
  const first = core.probe(0, RTT_MS)!;
  t.is(first.number, 2 ** 32 - 1);
  t.false(core.answered(10, 0));
  const second = core.probe(200, RTT_MS)!;
  t.deepEqual([second.number, second.mtuBytes], [0, first.mtuBytes]);
  t.false(core.answered(210, first.number));
  t.is(core.mtuBytes, BASE);
  t.true(core.answered(220, second.number));
  t.false(core.answered(230, second.number));
  t.is(core.mtuBytes, first.mtuBytes);
});

test('where nothing more can be, nothing is asked', t => {
  const core = new PathMtu({ nowMs: 0, baseBytes: BASE, mostBytes: BASE });
  core.sent(0, BASE);
  t.is(core.deadline(RTT_MS), undefined);
  t.is(core.probe(10_000_000, RTT_MS), undefined);
});
