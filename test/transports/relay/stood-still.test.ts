import test from 'ava';
import { SILENCE_MAX_MS } from '../../../transports/relay/limits.ts';
import { Liveness } from '../../../transports/relay/liveness.ts';

/** Looks and pings as a link does. */
function looking(liveness: Liveness, fromMs: number, untilMs: number): void {
  for (let nowMs = fromMs; nowMs <= untilMs; nowMs += 100) {
    liveness.advance(nowMs);
    if (liveness.isPingDue(nowMs)) liveness.ping(nowMs);
  }
}

test('one that has stood still for longer than a peer may be silent reads first what has come', t => {
  const liveness = new Liveness(0);
  looking(liveness, 0, 1_000);
  liveness.heard(1_000);
  const wakesAtMs = 1_000 + 3 * SILENCE_MAX_MS;
  liveness.advance(wakesAtMs);
  t.false(liveness.isSilent(wakesAtMs));
  t.false(liveness.isOut(wakesAtMs));
  looking(liveness, wakesAtMs, wakesAtMs + 400);
  t.false(liveness.isSilent(wakesAtMs + 400));
  looking(liveness, wakesAtMs + 500, wakesAtMs + 600);
  t.true(liveness.isSilent(wakesAtMs + 600), 'and nothing had');
});

test('one that looks as often as it should finds silence when it is due', t => {
  const liveness = new Liveness(0);
  looking(liveness, 0, SILENCE_MAX_MS - 100);
  t.false(liveness.isSilent(SILENCE_MAX_MS - 100));
  looking(liveness, SILENCE_MAX_MS, SILENCE_MAX_MS);
  t.true(liveness.isSilent(SILENCE_MAX_MS));
});

test('a suspicion is not confirmed by standing still', t => {
  const liveness = new Liveness(0);
  liveness.suspect(0);
  liveness.advance(2_000);
  t.false(liveness.isSilent(2_000));
  t.true(liveness.isSilent(2_500));
});
