import { type ChildProcess, fork } from 'node:child_process';
import test, { type ExecutionContext } from 'ava';
import type { StreamReport } from '../../actors/protocol.ts';
import { eventually, json, startTestNode } from '../support/node.ts';
import type { Decoded } from './libwebrtc-client.ts';

test('libwebrtc publishes VP8 and Opus by WHIP, and another libwebrtc decodes them by WHEP', async t => {
  const node = await startTestNode();
  t.teardown(() => node.stop());
  client(t, 'publish', `${node.url}/whip/math-101`);
  await eventually('live stream', 20_000, async () => {
    const report = await json<StreamReport>(`${node.url}/api/streams/math-101`).catch(() => undefined);
    return report?.live === true && report.tracks.every(track => track.packets > 0) ? report : undefined;
  });

  let decoded: Decoded = { frames: 0, samples: 0, shades: 0 };
  client(t, 'watch', `${node.url}/whep/math-101`).on('message', message => {
    decoded = message as Decoded;
  });
  await eventually('30 frames and a second of sound', 20_000, () =>
    decoded.frames >= 30 && decoded.samples >= 48_000 ? true : undefined,
  );
  t.true(decoded.shades >= 5, 'the picture moves');
  const report = await json<StreamReport>(`${node.url}/api/streams/math-101`);
  t.deepEqual(report.tracks.map(({ codec }) => codec).sort(), ['VP8', 'opus']);
});

function client(t: ExecutionContext, task: 'publish' | 'watch', url: string): ChildProcess {
  const child = fork(new URL('./libwebrtc-client.ts', import.meta.url), [task, url], { stdio: 'inherit' });
  t.teardown(
    () =>
      new Promise<void>(resolve => {
        if (child.exitCode !== null) return resolve();
        child.once('exit', () => resolve());
        child.kill('SIGKILL');
      }),
  );
  return child;
}
