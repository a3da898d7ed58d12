import test from 'ava';
import type { SessionReport, StreamReport } from '../../actors/protocol.ts';
import { join, push } from '../../simulations/load/join.ts';
import { LoadPublisher } from '../../simulations/load/load-publisher.ts';
import { openSignalling } from '../../simulations/load/signalling.socket.ts';
import { systemClock } from '../../transports/clock.ts';
import { makeCertificate } from '../../transports/dtls/certificate.ts';
import { systemRandom } from '../../transports/random.ts';
import { eventually, json, startTestNode } from '../support/node.ts';
import { engines } from '../transports/engines.ts';

const stream = 'math-101';

for (const { name } of engines) {
  test.serial(
    `${name}: a native client has plain RTP beside others that have SRTP, on the publisher’s core and on another`,
    async t => {
      const node = await startTestNode({
        'media.cores': '2',
        'media.encryption': 'off',
        'media.engine': name,
      });
      t.regex(node.warnings.join('\n'), /media\.encryption is off/);
      const signalling = openSignalling(node.url);
      t.teardown(() => {
        signalling.close();
        return node.stop();
      });
      const certificate = await makeCertificate(Date.UTC(2026, 0, 1));
      const options = { certificate, random: systemRandom, clock: systemClock, signalling, stream };
      const publisher = new LoadPublisher({ ...options, kbps: 350, audio: true, phase: 0 });
      const teacher = await push(publisher, { ...options, uid: '0' });
      t.teardown(teacher.leave);
      const live = () => json<StreamReport>(`${node.url}/api/streams/${stream}`).catch(() => undefined);
      await eventually('live stream', 10_000, async () => ((await live())?.live ? true : undefined));

      const viewers = await Promise.all(
        ['0', '1', '2', '3'].map(uid => {
          const isPlain = Number(uid) >= 2;
          const kinds = ['audio', 'video'] as const;
          return join({ ...options, kinds, uid, isPlain, encryption: !isPlain });
        }),
      );
      for (const { viewer, leave } of viewers) {
        t.teardown(leave);
        await eventually('first frame', 10_000, () => viewer.firstFrameAtMs);
        const before = viewer.packets;
        await eventually('media at the live edge', 10_000, () =>
          viewer.packets > before + 50 ? true : undefined,
        );
        t.is(viewer.endReason, undefined);
      }

      const reports = await Promise.all(
        viewers.map(({ session }) => json<SessionReport>(`${node.url}/api/sessions/${session}`)),
      );
      t.is(reports.filter(({ explanation }) => explanation === 'Connected, without encryption.').length, 2);
      const metrics = await (await fetch(`${node.url}/metrics`)).text();
      t.regex(metrics, /^zrtc_packets_torn_total 0$/m);
    },
  );
}

test.serial('a node as it comes encrypts all media, and says so to who asks for less', async t => {
  const node = await startTestNode({ 'media.cores': '1' });
  t.teardown(() => node.stop());
  const response = await fetch(`${node.url}/signaling/pull`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ stream, encryption: false }),
  });
  t.is(response.status, 403);
  t.like(await response.json(), { type: 'urn:zrtc:problem:encryption-required' });
});
