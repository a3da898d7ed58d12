import test from 'ava';
import type { StreamReport } from '../../../actors/protocol.ts';
import { CountingViewer } from '../../../simulations/load/counting-viewer.ts';
import { join, pull, push } from '../../../simulations/load/join.ts';
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

test.serial('counting viewers count what comes, and the sample among them knows how old it is', async t => {
  const publisher = new LoadPublisher({ ...options, kbps: 350, audio: true, phase: 0 });
  const { leave } = await push(publisher, options);
  await eventually('live stream', 5000, async () => ((await streamReport())?.live ? true : undefined));
  const viewers = [true, false].map(
    isSample => new CountingViewer({ ...options, kinds: ['audio', 'video'], isSample }),
  );
  const [sample, plain] = viewers as [CountingViewer, CountingViewer];
  const leaving = await Promise.all(viewers.map(viewer => pull(viewer, options)));
  await eventually('media', 5000, () => (viewers.every(({ hasMedia }) => hasMedia) ? true : undefined));

  const fromMs = systemClock.nowMs() + 50;
  for (const one of [publisher, sample]) one.measure(fromMs, fromMs + 300);
  const enough = () => sample.delaysMs.length > 0 && sample.delaysMs.length === publisher.published.packets;
  await eventually('300 ms', 5000, () => (systemClock.nowMs() > fromMs + 300 && enough() ? true : undefined));
  t.true(publisher.published.packets >= 20, `${publisher.published.packets} packets`);
  t.true(sample.delaysMs.every(delayMs => delayMs > 0 && delayMs < 5000));
  for (const { counted } of viewers) {
    t.is(counted.lost, 0);
    t.true(counted.packets > 20 && counted.bytes > 80 * counted.packets);
  }
  t.is(plain.delaysMs.length, 0);
  t.is(plain.serverPort, sample.serverPort);
  await Promise.all(leaving.map(one => one.leave()));
  await leave();
});

test.serial('a refused join says why', async t => {
  await t.throwsAsync(join({ ...options, stream: 'nobody', kinds: ['video'] }), {
    message: '404 from /signaling/pull: Stream not live',
  });
});
