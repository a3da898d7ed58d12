import test from 'ava';
import { benchReference, type ReferenceOptions } from '../../../simulations/bench/reference.ts';
import { childProcesses } from '../../support/child-processes.ts';

const small: Omit<ReferenceOptions, 'signal' | 'onProgress'> = {
  pulls: [7],
  streams: 3,
  audio: [true],
  seconds: 1,
  warmUpMs: 100,
};

test.serial('seven real viewers of three real streams with Opus: everything comes to everybody', async t => {
  const told: string[] = [];
  const { signal } = new AbortController();
  const report = await benchReference({ ...small, signal, onProgress: line => told.push(line) });
  const [one] = report.cases;
  t.like(one, { pulls: 7, streams: 3, audio: true, failed: 0 });
  // Some 97 packets a second of each; a busy machine makes fewer.
  t.true(one!.packetsPerSecond > 7 * 50 && one!.packetsPerSecond < 7 * 130, `${one!.packetsPerSecond}`);
  t.true(one!.gbps > 0);
  t.true(
    one!.delayMsP50! > 0 && one!.delayMsP99! >= one!.delayMsP50! && one!.delayMsMax! >= one!.delayMsP99!,
  );
  t.is(one!.notForwarded, 0);
  t.is(one!.lost, 0);
  t.is(report.largestWithoutLoss, 7);
  t.deepEqual(told, ['7 pulls of 3 streams with Opus', 'the streams are published']);
  t.deepEqual(childProcesses(), []);
});

test.serial('stopped on the way it leaves no process behind', async t => {
  const stopping = new AbortController();
  const stopped = benchReference({
    ...small,
    signal: stopping.signal,
    onProgress(line) {
      if (line.endsWith('published')) stopping.abort(new Error('stopped'));
    },
  });
  await t.throwsAsync(stopped, { message: 'stopped' });
  t.deepEqual(childProcesses(), []);
});
