import test from 'ava';
import { benchStorm, type StormOptions } from '../../../simulations/bench/storm.ts';
import { childProcesses } from '../../support/child-processes.ts';

const small: Omit<StormOptions, 'signal' | 'onProgress'> = {
  joins: 5,
  seconds: 1,
  audio: true,
  // On a busy machine who joins may wait for a second keyframe: two seconds more until the last one, which is compared.
  times: { warmUpSeconds: 0, calmMs: 0, beforeMs: 500, stayMs: 4500 },
};

test.serial('a small storm of real joins at a real node with a real publisher', async t => {
  const told: string[] = [];
  const { signal } = new AbortController();
  const report = await benchStorm({ ...small, signal, onProgress: line => told.push(line) });
  t.like(report, { joins: 5, failed: 0, failures: [], lagViewers: 5 });
  t.true(report.firstFrameMsP50 > 0 && report.firstFrameMsP50 >= report.connectedMsP50);
  // Who joins begins with the keyframe that the viewers before it had asked for.
  t.true(report.keyframesAsked <= 2 && report.fpsBefore > 5 && report.qpBefore > 0);
  t.true(report.packets > 5 * 30);
  t.is(told.at(-1), 'storm: 5 joins in 1 s');
  t.deepEqual(childProcesses(), []);
});

test.serial('stopped on the way it leaves no process behind', async t => {
  const stopping = new AbortController();
  const onProgress = (line: string) => {
    if (line.startsWith('warm-up')) stopping.abort(new Error('stopped'));
  };
  await t.throwsAsync(benchStorm({ ...small, signal: stopping.signal, onProgress }), { message: 'stopped' });
  t.deepEqual(childProcesses(), []);
});
