import test from 'ava';
import { busyCpuMs, coreCount, cpuMsOf } from '../../../simulations/bench/process-cpu.ts';

test('a process that works uses processor time, and the machine no less', t => {
  const before = { own: process.cpuUsage(), told: cpuMsOf(process.pid), machine: busyCpuMs() };
  if (before.told === undefined) {
    t.not(process.platform, 'linux');
    return;
  }
  let usedMs = 0;
  while (usedMs < 60) {
    const { user, system } = process.cpuUsage(before.own);
    usedMs = (user + system) / 1000;
  }
  const toldMs = cpuMsOf(process.pid)! - before.told;
  // Both count in ticks of 10 ms.
  t.true(toldMs >= 40, `${toldMs} of ${usedMs} ms`);
  t.true(busyCpuMs() - before.machine >= 20);
  t.true(coreCount() >= 1);
});

test('of a process that is not there nothing is known', t => {
  t.is(cpuMsOf(2 ** 30), undefined);
});
