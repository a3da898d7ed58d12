import test from 'ava';
import type { StreamReport } from '../../../actors/protocol.ts';
import { join } from '../../../simulations/load/join.ts';
import { openSignalling } from '../../../simulations/load/signalling.socket.ts';
import { systemClock } from '../../../transports/clock.ts';
import { makeCertificate } from '../../../transports/dtls/certificate.ts';
import { systemRandom } from '../../../transports/random.ts';
import { eventually, json, startTestNode } from '../../support/node.ts';
import { publishVp8 } from './vp8-publisher.ts';

const FRAME_INTERVAL_MS = 33;

const node = await startTestNode();
const signalling = openSignalling(node.url);
const certificate = await makeCertificate(Date.UTC(2026, 0, 1));
const options = { certificate, random: systemRandom, clock: systemClock, signalling };
test.after.always(() => {
  signalling.close();
  return node.stop();
});

test('load viewers join a real node, see a first frame, note the same frames, and leave', async t => {
  const publisher = await publishVp8(node.url, 'math-101', options);
  t.teardown(() => publisher.close());
  const camera = setInterval(() => publisher.sendFrame(), FRAME_INTERVAL_MS);
  t.teardown(() => clearInterval(camera));
  const streamReport = () => json<StreamReport>(`${node.url}/api/streams/math-101`).catch(() => undefined);
  await eventually('live stream', 5000, async () => ((await streamReport())?.live ? true : undefined));

  const stream = 'math-101';
  const one = await join({ ...options, stream, kinds: ['video'] });
  await eventually('first frame', 5000, () => one.viewer.firstFrameAtMs);
  // It begins with the keyframe that the stream began with.
  t.true(publisher.asked <= 1);
  const both = await join({ ...options, stream, kinds: ['audio', 'video'] });
  await eventually('first frame', 5000, () => both.viewer.firstFrameAtMs);

  for (const { viewer } of [one, both]) viewer.noteFramesFrom(systemClock.nowMs());
  await eventually('5 frames', 5000, () => (both.viewer.frames.size > 5 ? true : undefined));
  const common = [...both.viewer.frames.keys()].filter(timestamp => one.viewer.frames.has(timestamp));
  t.true(common.length >= 5);

  await Promise.all([one.leave(), both.leave()]);
  await eventually('end of both', 5000, async () =>
    (await streamReport())?.viewers === 0 ? true : undefined,
  );
  t.is(one.viewer.endReason, 'left');
});

test('a refused join says why', async t => {
  await t.throwsAsync(join({ ...options, stream: 'nobody', kinds: ['video'] }), {
    message: '404 from /signaling/pull: Stream not live',
  });
});
