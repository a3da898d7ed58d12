import test from 'ava';
import type { SessionReport, StreamReport } from '../../actors/protocol.ts';
import { parseRtp } from '../../transports/rtp/packet.ts';
import { demultiplex } from '../../transports/webrtc/demultiplex.ts';
import { eventually, json, startTestNode } from '../support/node.ts';
import { listen, numberOfFrame, peer, publishedH264, pull } from './datachannel-peer.ts';

for (const address of ['127.0.0.1', '::1']) {
  test.serial(
    `libdatachannel publishes H.264, and another receives it frame by frame, by ${address}`,
    async t => {
      const node = await startTestNode({ 'media.addresses': address });
      t.teardown(() => node.stop());
      const publisher = await publishedH264(node.url, 'math-101', address);
      t.teardown(() => publisher.close());

      const viewer = peer('viewer', address);
      t.teardown(() => viewer.close());
      const received: Buffer[] = [];
      listen(viewer, packet => received.push(packet));
      const pulled = await pull(viewer, node.url, 'math-101');

      const packets = await eventually('60 packets of H.264', 15_000, () => {
        const media = received.filter(bytes => demultiplex(bytes) === 'srtp').map(bytes => parseRtp(bytes)!);
        return media.length >= 60 ? media : undefined;
      });
      t.is(new Set(packets.map(({ ssrc }) => ssrc)).size, 1);
      const follow = (numbers: readonly number[], modulus: number) =>
        numbers.every((number, i) => i === 0 || number === (numbers[i - 1]! + 1) % modulus);
      t.true(
        follow(
          packets.map(({ sequenceNumber }) => sequenceNumber),
          2 ** 16,
        ),
      );
      const frames = packets.map(({ bytes, payloadOffset }) =>
        numberOfFrame(Buffer.from(bytes.subarray(payloadOffset))),
      );
      t.true(follow(frames, Number.POSITIVE_INFINITY), 'every frame, whole and in order');

      const stream = await json<StreamReport>(`${node.url}/api/streams/math-101`);
      t.is(stream.tracks[0]!.codec, 'H264');
      const session = await json<SessionReport>(`${node.url}/api/sessions/${pulled.session}`);
      t.is(session.state, 'connected');
      t.is(session.tracks.find(({ kind }) => kind === 'video')!.codec, 'H264');
      t.true(session.remoteAddress!.startsWith(address));
    },
  );
}
