/** A teacher's and a student's page of a soak at a real node: what it measures, and that it comes again. */
import test from 'ava';
import { openSignalling } from '../../../simulations/load/signalling.socket.ts';
import { seededRandom } from '../../../simulations/seeded-random.ts';
import { Minutes } from '../../../simulations/soak/minutes.ts';
import { RealPage } from '../../../simulations/soak/real-page.ts';
import { Watching } from '../../../simulations/soak/watching.ts';
import { systemClock } from '../../../transports/clock.ts';
import { makeCertificate } from '../../../transports/dtls/certificate.ts';
import { eventually, startTestNode } from '../../support/node.ts';

const LIMIT_MS = 15_000;

test('its delays and its lip sync are measured, and it comes again when its session is ended', async t => {
  const node = await startTestNode({ 'media.cores': '1' });
  const { url } = node;
  const signalling = openSignalling(url);
  const certificate = await makeCertificate(Date.UTC(2026, 0, 1));
  const stream = 'math-101';
  const common = { clock: systemClock, certificate, url, signalling, stream, kbps: 300 };
  const minutes = new Minutes(systemClock.nowMs());
  const watching = new Watching('student', minutes, () => systemClock.nowMs());
  const teacher = new RealPage({ ...common, uid: 'teacher', random: seededRandom(1) });
  const student = new RealPage({ ...common, uid: 'student', random: seededRandom(2), watching });
  t.teardown(async () => {
    await Promise.all([teacher.close(), student.close()]);
    signalling.close();
    await node.stop();
  });
  teacher.open();
  await eventually('the teacher', LIMIT_MS, () => teacher.isConnected || undefined);
  student.open();
  const figures = await eventually('lip sync', LIMIT_MS, () =>
    minutes.figures.find(({ skewMs, videoMsP50 }) => skewMs !== undefined && videoMsP50 !== undefined),
  );
  t.true(Math.abs(figures.skewMs!) < 20, `${figures.skewMs} ms`);
  t.true(figures.videoMsP50! >= 0 && figures.videoMsP50! < 1000, `${figures.videoMsP50} ms`);
  t.is(minutes.joins.length, 1);

  await signalling.post('/signaling/stop', { session: student.session! });
  await eventually(
    'it again',
    LIMIT_MS,
    () => (student.reconnects === 1 && student.isConnected) || undefined,
  );
  t.is(minutes.joins.length, 1, 'it is the same student');
});
