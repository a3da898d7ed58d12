import test from 'ava';
import fc from 'fast-check';
import { MEASURED_LASTS_MS, SiteLinks } from '../../../actors/scheduler/site-links.ts';

/** A line that has been `rttMs` long, and lost nothing, for a while. */
function steady(rttMs: number): { readonly links: SiteLinks; readonly nowMs: number } {
  const links = new SiteLinks();
  for (let nowMs = 0; nowMs <= 60_000; nowMs += 1000)
    links.measured(nowMs, 'north', 'south', { rttMs, loss: 0 });
  return { links, nowMs: 60_000 };
}

test('it is known for both ways, whoever measures it, and half of the round trip', t => {
  const { links } = steady(40);
  t.is(links.costMs('north', 'south'), 20);
  t.is(links.costMs('south', 'north'), 20);
  t.is(links.costMs('north', 'west'), undefined);
});

test('within a site nothing is measured', t => {
  const links = new SiteLinks();
  links.measured(0, 'north', 'north', { rttMs: 1, loss: 0 });
  t.is(links.costMs('north', 'north'), undefined);
});

test('an outage of two seconds, whatever is measured in it, makes a line at most twice as dear', t => {
  const outage = fc.array(
    fc.record({
      rttMs: fc.double({ min: 0, max: 10_000, noNaN: true }),
      loss: fc.double({ min: 0, max: 0.05, noNaN: true }),
    }),
    { minLength: 1, maxLength: 2 },
  );
  fc.assert(
    fc.property(fc.integer({ min: 10, max: 400 }), outage, (rttMs, during) => {
      const { links, nowMs } = steady(rttMs);
      for (const [i, measured] of during.entries())
        links.measured(nowMs + 1000 * (i + 1), 'north', 'south', measured);
      return links.costMs('north', 'south')! <= rttMs + 10;
    }),
    { seed: 8, numRuns: 500 },
  );
  t.pass();
});

test('a line that has become worse and stays so is known as such within half a minute', t => {
  const { links, nowMs } = steady(40);
  for (let i = 1; i <= 30; i += 1)
    links.measured(nowMs + i * 1000, 'south', 'north', { rttMs: 200, loss: 0.1 });
  t.true(links.costMs('north', 'south')! > 130, String(links.costMs('north', 'south')));
});

test('what nobody has measured for long is forgotten', t => {
  const { links, nowMs } = steady(40);
  links.measured(nowMs + MEASURED_LASTS_MS, 'west', 'east', { rttMs: 1, loss: 0 });
  t.is(links.costMs('north', 'south'), undefined);
  t.is(links.costMs('west', 'east'), 0.5);
});
