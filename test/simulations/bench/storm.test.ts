import { existsSync, readdirSync, readFileSync } from 'node:fs';
import test from 'ava';
import { benchStorm, type StormOptions } from '../../../simulations/bench/storm.ts';

const small: Omit<StormOptions, 'signal' | 'onProgress'> = {
  joins: 5,
  seconds: 1,
  audio: true,
  times: { warmUpSeconds: 0, calmMs: 0, beforeMs: 500, stayMs: 2500 },
};

/** The processes that this one has started and that are still there, zombies aside; none where the system does not tell. */
function children(): readonly string[] {
  return (existsSync('/proc') ? readdirSync('/proc') : [])
    .filter(name => /^\d+$/.test(name))
    .flatMap(name => {
      try {
        const stat = readFileSync(`/proc/${name}/stat`, 'latin1');
        const [state, parent] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
        return Number(parent) === process.pid && state !== 'Z' ? [name] : [];
      } catch {
        return [];
      }
    });
}

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
  t.deepEqual(children(), []);
});

test.serial('stopped on the way it leaves no process behind', async t => {
  const stopping = new AbortController();
  const onProgress = (line: string) => {
    if (line.startsWith('warm-up')) stopping.abort(new Error('stopped'));
  };
  await t.throwsAsync(benchStorm({ ...small, signal: stopping.signal, onProgress }), { message: 'stopped' });
  t.deepEqual(children(), []);
});
