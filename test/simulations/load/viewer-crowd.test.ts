import test from 'ava';
import type { StreamReport } from '../../../actors/protocol.ts';
import { push } from '../../../simulations/load/join.ts';
import { LoadPublisher } from '../../../simulations/load/load-publisher.ts';
import { readRecording } from '../../../simulations/load/recording.ts';
import { openSignalling } from '../../../simulations/load/signalling.socket.ts';
import { openViewerCrowd } from '../../../simulations/load/viewer-crowd.socket.ts';
import { systemClock } from '../../../transports/clock.ts';
import { makeCertificate } from '../../../transports/dtls/certificate.ts';
import { systemRandom } from '../../../transports/random.ts';
import { eventually, json, startTestNode } from '../../support/node.ts';

const node = await startTestNode({ 'media.cores': '1', 'media.consentTimeoutMs': '5000' });
const signalling = openSignalling(node.url);
const certificate = await makeCertificate(Date.UTC(2026, 0, 1));
const stream = 'math-101';
const options = { certificate, random: systemRandom, clock: systemClock, signalling, stream };
const crowd = openViewerCrowd(options);
let stopPublishing = async () => {};
test.after.always(async () => {
  await stopPublishing();
  crowd.close();
  signalling.close();
  return node.stop();
});

const streamReport = () => json<StreamReport>(`${node.url}/api/streams/${stream}`).catch(() => undefined);

test.serial(
  'viewers of a crowd join a real node and count what comes; samples know how old it is',
  async t => {
    // Three packets in 40 ms.
    const recording = readRecording('0.0 k400 m401\n6.7 a80\n');
    const publisher = new LoadPublisher({ ...options, kbps: 0, audio: true, phase: 0, recording });
    stopPublishing = (await push(publisher, options)).leave;
    await eventually('live stream', 5000, async () => ((await streamReport())?.live ? true : undefined));
    const members = [true, false, false].map(isSample =>
      crowd.join({ stream, kinds: ['audio', 'video'], isSample }),
    );
    const viewers = members.map(({ viewer }) => viewer);
    await eventually('media', 10_000, () =>
      viewers.every(({ mediaAtMs }) => mediaAtMs !== undefined) ? true : undefined,
    );

    const fromMs = systemClock.nowMs() + 50;
    publisher.measure(fromMs, fromMs + 300);
    crowd.measure(fromMs, fromMs + 300);
    const [sample, plain] = viewers;
    const enough = () =>
      sample!.delaysMs.length > 0 && sample!.delaysMs.length === publisher.published.packets;
    await eventually('300 ms', 10_000, () =>
      systemClock.nowMs() > fromMs + 300 && enough() ? true : undefined,
    );
    t.true(sample!.delaysMs.every(delayMs => delayMs > 0 && delayMs < 5000));
    t.is(plain!.delaysMs.length, 0);
    for (const { counted } of viewers) {
      t.like(counted, { lost: 0, repeated: 0 });
      t.true(counted.packets >= publisher.published.packets && counted.bytes > 80 * counted.packets);
    }
    t.true(crowd.counted.packets >= 3 * publisher.published.packets);

    crowd.leave(members[2]!);
    await eventually('two viewers', 5000, async () =>
      (await streamReport())?.viewers === 2 ? true : undefined,
    );
    t.is(viewers[2]!.endReason, 'left');
  },
);

test.serial('what is not read is not counted; the server keeps the session, as consent goes on', async t => {
  crowd.setReading(false);
  crowd.measure(0, 0);
  const untilMs = systemClock.nowMs() + 6000;
  await eventually('time for the server to miss us', 10_000, () =>
    systemClock.nowMs() > untilMs ? true : undefined,
  );
  t.is(crowd.counted.packets, 0);
  t.is((await streamReport())?.viewers, 2);
  crowd.setReading(true);
  await eventually('media again', 5000, () => (crowd.counted.packets > 0 ? true : undefined));
});

test.serial('a refused join says why', async t => {
  const member = crowd.join({ stream: 'nobody', kinds: ['video'], isSample: false });
  const refusal = await eventually('refusal', 5000, () => member.refusal);
  t.is(refusal, '404 from /signaling/pull: Stream not live');
  t.is(member.viewer.counted.packets, 0);
});
