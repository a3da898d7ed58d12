import test from 'ava';
import type { StreamReport } from '../../../actors/protocol.ts';
import { join, push } from '../../../simulations/load/join.ts';
import { LoadPublisher } from '../../../simulations/load/load-publisher.ts';
import { openSignalling } from '../../../simulations/load/signalling.socket.ts';
import { systemClock } from '../../../transports/clock.ts';
import { makeCertificate } from '../../../transports/dtls/certificate.ts';
import { systemRandom } from '../../../transports/random.ts';
import { eventually, json, startTestNode } from '../../support/node.ts';

// Viewers on one core have the same timestamps, and the same port.
const node = await startTestNode({ 'media.cores': '1' });
const signalling = openSignalling(node.url);
const certificate = await makeCertificate(Date.UTC(2026, 0, 1));
const stream = 'math-101';
const options = { certificate, random: systemRandom, clock: systemClock, signalling, stream };
test.after.always(() => {
  signalling.close();
  return node.stop();
});

const streamReport = () => json<StreamReport>(`${node.url}/api/streams/${stream}`).catch(() => undefined);

test.serial('load viewers join a real node, see a first frame, note the same frames, and leave', async t => {
  const publisher = new LoadPublisher({ ...options, kbps: 350, audio: true, phase: 0.3 });
  const { leave } = await push(publisher, options);
  await eventually('live stream', 5000, async () => ((await streamReport())?.live ? true : undefined));

  const one = await join({ ...options, kinds: ['video'] });
  await eventually('first frame', 5000, () => one.viewer.firstFrameAtMs);
  const both = await join({ ...options, kinds: ['audio', 'video'] });
  await eventually('first frame', 5000, () => both.viewer.firstFrameAtMs);

  for (const { viewer } of [one, both]) viewer.noteFramesFrom(systemClock.nowMs());
  // While it is shown the past, a newcomer has timestamps of its own.
  const common = () => [...both.viewer.frames.keys()].filter(timestamp => one.viewer.frames.has(timestamp));
  await eventually('5 frames in common', 5000, () => (common().length >= 5 ? true : undefined));

  await Promise.all([one.leave(), both.leave()]);
  await eventually('end of both', 5000, async () =>
    (await streamReport())?.viewers === 0 ? true : undefined,
  );
  t.is(one.viewer.endReason, 'left');
  await leave();
});

test.serial('a refused join says why', async t => {
  await t.throwsAsync(join({ ...options, stream: 'nobody', kinds: ['video'] }), {
    message: '404 from /signaling/pull: Stream not live',
  });
});
