import test from 'ava';
import type { SessionReport, StreamReport } from '../../actors/protocol.ts';
import { parseRtp } from '../../transports/rtp/packet.ts';
import { demultiplex } from '../../transports/webrtc/demultiplex.ts';
import { eventually, json, startTestNode } from '../support/node.ts';
import { isOfKeyframe, listen, numberOfFrame, peer, publishedH264, pull } from './datachannel-peer.ts';

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
      t.true(
        packets.every(
          ({ sequenceNumber }, i) => sequenceNumber === (packets[0]!.sequenceNumber + i) % 2 ** 16,
        ),
      );
      const payloads = packets.map(({ bytes, payloadOffset }) => Buffer.from(bytes.subarray(payloadOffset)));
      const frames = payloads.map(numberOfFrame);
      // Who is being brought to the live edge is there with the next keyframe, and spared what comes before.
      const goesOn = (frame: number, i: number) =>
        i === 0 || frame === frames[i - 1]! + 1 || (frame > frames[i - 1]! && isOfKeyframe(payloads[i]!));
      t.true(isOfKeyframe(payloads[0]!));
      t.true(frames.every(goesOn), `whole and in order: ${frames.join(' ')}`);

      const stream = await json<StreamReport>(`${node.url}/api/streams/math-101`);
      t.is(stream.tracks[0]!.codec, 'H264');
      const session = await json<SessionReport>(`${node.url}/api/sessions/${pulled.session}`);
      t.is(session.state, 'connected');
      t.is(session.tracks.find(({ kind }) => kind === 'video')!.codec, 'H264');
      t.true(session.remoteAddress!.startsWith(address));
    },
  );
}
