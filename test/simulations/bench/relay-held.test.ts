/** The links of the simulator against real ones: the same cores, messages and seeds of the line, with sockets and without. */
import test from 'ava';
import { relayTable } from '../../../gateway/cli/bench/relay-table.ts';
import { benchRelay } from '../../../simulations/bench/relay.ts';
import type { RelayPlan } from '../../../simulations/bench/relay-plans.ts';
import { agrees, virtualRow } from '../../../simulations/bench/relay-virtual.ts';

/** For a busy machine. */
const TIMEOUT_MS = 120_000;
/** What the machine was too busy for is measured again: links that differ do so every time. */
const ATTEMPTS = 3;
const options = { warmUpMs: 1_000, seed: 1, signal: new AbortController().signal };

test.serial('within 20 % of the delay beyond the line’s own, or 3 ms', t => {
  for (const [real, virtual, isAlike] of [
    [3, 0, true],
    [3.1, 0, false],
    [7, 10, true],
    [13.1, 10, false],
    [48, 40, true],
    [48.1, 40, false],
    [31.9, 40, false],
  ] as const)
    t.is(agrees(real, virtual), isAlike, `${real} against ${virtual} ms`);
});

test.serial('the same seed is the same virtual row, which takes longer the more the line loses', async t => {
  const row = (loss: number, seed = 1) =>
    virtualRow({ transport: 'kcp', streams: 1, loss, burst: 1 }, { ...options, messages: 1_000, seed });
  const [clean, some] = [await row(0), await row(5)];
  t.deepEqual(await row(5), some);
  t.notDeepEqual(await row(5, 2), some);
  t.true(clean.meanMs > 27 && clean.meanMs < 29, `${clean.meanMs} ms`);
  t.true(some.meanMs > clean.meanMs + 4, `${some.meanMs} ms`);
});

/** Each takes some three seconds. */
const rows: readonly { readonly plan: RelayPlan; readonly messages: number }[] = [
  { plan: { transport: 'kcp', streams: 1, loss: 5, burst: 1 }, messages: 4_000 },
  { plan: { transport: 'relay', streams: 8, loss: 5, burst: 4 }, messages: 1_000 },
];

for (const { plan, messages } of rows)
  test.serial(`${plan.transport} takes as long over real sockets as in the simulator`, async t => {
    t.timeout(TIMEOUT_MS);
    const measured = { ...options, messages, plans: [plan], onProgress: () => {} };
    for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
      const report = await benchRelay(measured).catch(error => {
        // So busy that nothing comes in time.
        t.log(error.message);
      });
      const [row] = report?.rows ?? [];
      if (report === undefined || row?.virtual === undefined) continue;
      const { beyondMs, virtual } = row;
      t.log(`${beyondMs} ms beyond the line's own, ${virtual.beyondMs} ms in the simulator`);
      t.is(virtual.agrees, agrees(beyondMs, virtual.beyondMs));
      t.is(relayTable(report).includes('1 of 1 rows agree'), virtual.agrees);
      if (virtual.agrees) return t.pass();
    }
    t.fail(`in none of ${ATTEMPTS} attempts`);
  });
