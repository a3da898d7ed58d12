import test from 'ava';
import { busyCpuMs, coreCount, cpuMsOf, startCpuMeter } from '../../../simulations/bench/process-cpu.ts';

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

test('shares are of the time that has passed, and left open for a process that is not there', t => {
  const shares = startCpuMeter(0, { own: process.pid, nobody: 2 ** 30 });
  const told = shares(1e9);
  t.is(told.nobody, undefined);
  t.true(told.machine >= 0 && told.machine < 0.01);
  if (process.platform === 'linux') t.true(told.own! >= 0 && told.own! < 0.01);
});
