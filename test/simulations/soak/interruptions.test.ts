import test from 'ava';
import { type Incident, interruptionsOf, RECOVERY_MS } from '../../../simulations/soak/interruptions.ts';
import type { Gap } from '../../../simulations/soak/watching.ts';

const gap = (fromMs: number, toMs: number, kind: Gap['kind'] = 'video'): Gap => ({
  viewer: 'one',
  kind,
  fromMs,
  toMs,
});
const relay: Incident = { kind: 'relay-killed', target: 'beijing-relay', fromMs: 10_000, toMs: 10_000 };
const worse: Incident = { kind: 'link-worse', target: 'harbin', fromMs: 60_000, toMs: 80_000 };
const scheduler: Incident = { kind: 'scheduler-killed', target: 'scheduler', fromMs: 200_000, toMs: 200_000 };
const incidents = [relay, worse, scheduler];

function incidentOf(one: Gap, stalls: Parameters<typeof interruptionsOf>[2] = []) {
  const [interruption] = interruptionsOf([one], incidents, stalls);
  return interruption === undefined ? 'none' : (interruption.incident ?? 'outside');
}

test('a gap of a second is none', t => t.is(incidentOf(gap(0, 1_000)), 'none'));

test('what lies in the time of an incident, and of what follows, is explained by it', t => {
  t.is(incidentOf(gap(9_980, 12_000)), 0, 'the last picture came before the kill');
  t.is(incidentOf(gap(10_000 + RECOVERY_MS - 1_500, 10_000 + RECOVERY_MS)), 0);
  t.is(incidentOf(gap(61_000, 79_000)), 1);
});

test('what begins before, or lasts for longer, is not', t => {
  t.is(incidentOf(gap(9_000, 11_000)), 'outside');
  t.is(incidentOf(gap(10_000, 10_001 + RECOVERY_MS)), 'outside');
  t.is(incidentOf(gap(40_000, 42_000)), 'outside');
});

test('that a scheduler is away nobody who watches may notice; who comes may wait', t => {
  t.is(incidentOf(gap(200_000, 202_000)), 'outside');
  t.is(incidentOf(gap(199_000, 206_000, 'join')), 2);
});

test('while the clients stood still they could not see', t => {
  t.is(incidentOf(gap(40_000, 43_000), [{ fromMs: 39_000, toMs: 42_500 }]), 'none');
  t.is(incidentOf(gap(40_000, 43_000), [{ fromMs: 39_000, toMs: 41_000 }]), 'outside');
});
