import test from 'ava';
import datachannel from 'node-datachannel';
import type { SessionReport, StreamReport } from '../../actors/protocol.ts';
import { parseRtp } from '../../transports/rtp/packet.ts';
import { demultiplex } from '../../transports/webrtc/demultiplex.ts';
import { eventually, json, post, startTestNode } from '../support/node.ts';

// Its threads keep the process alive otherwise.
test.after.always(() => datachannel.cleanup());

const SSRC = 4242;
const PAYLOAD_TYPE = 102;
const PROFILE = 'profile-level-id=42e01f;packetization-mode=1;level-asymmetry-allowed=1';
const FRAME_INTERVAL_MS = 33;

test('libdatachannel publishes H.264, and another libdatachannel receives it, NAL unit by NAL unit', async t => {
  const node = await startTestNode();
  t.teardown(() => node.stop());

  const publisher = peer('publisher');
  t.teardown(() => publisher.close());
  const video = new datachannel.Video('0', 'SendOnly');
  video.addH264Codec(PAYLOAD_TYPE, PROFILE);
  video.addSSRC(SSRC, 'camera');
  const sending = publisher.addTrack(video);
  const rtp = new datachannel.RtpPacketizationConfig(SSRC, 'camera', PAYLOAD_TYPE, 90_000);
  const packetizer = new datachannel.H264RtpPacketizer('LongStartSequence', rtp);
  packetizer.addToChain(new datachannel.RtcpSrReporter(rtp));
  packetizer.addToChain(new datachannel.RtcpNackResponder());
  sending.setMediaHandler(packetizer);
  const pushed = await post<{ session: string; sdp: string }>(`${node.url}/signaling/push`, {
    stream: 'math-101',
    sdp: await described(publisher, 'offer'),
  });
  publisher.setRemoteDescription(pushed.sdp, 'answer');
  let frame = 0;
  const camera = setInterval(() => {
    if (!sending.isOpen()) return;
    frame += 1;
    rtp.timestamp = frame * 3000;
    sending.sendMessageBinary(frameOf(frame));
  }, FRAME_INTERVAL_MS);
  t.teardown(() => clearInterval(camera));

  const pulled = await eventually('live stream', 10_000, () =>
    post<{ session: string; sdp: string }>(`${node.url}/signaling/pull`, { stream: 'math-101' }).catch(
      () => undefined,
    ),
  );
  const viewer = peer('viewer');
  t.teardown(() => viewer.close());
  const received: Buffer[] = [];
  viewer.onTrack(track => track.onMessage(bytes => received.push(Buffer.from(bytes))));
  viewer.setRemoteDescription(pulled.sdp, 'offer');
  await post(`${node.url}/signaling/sendanswer`, {
    session: pulled.session,
    sdp: await described(viewer, 'answer'),
  });

  const units = await eventually('60 packets of H.264', 15_000, () => {
    const media = received.filter(bytes => demultiplex(bytes) === 'srtp');
    const packets = media.map(bytes => parseRtp(bytes)).filter(packet => packet !== undefined);
    const full = packets.filter(({ payloadLength }) => payloadLength > 0);
    return full.length >= 60 ? full : undefined;
  });
  t.is(new Set(units.map(({ ssrc }) => ssrc)).size, 1);
  t.true(
    units.every(
      (unit, i) => i === 0 || unit.sequenceNumber === ((units[i - 1]!.sequenceNumber + 1) & 0xffff),
    ),
  );
  const numbers = units.map(({ bytes, payloadOffset }) => Buffer.from(bytes).readUInt32BE(payloadOffset + 1));
  t.true(
    numbers.every((number, i) => i === 0 || number === numbers[i - 1]! + 2),
    'every frame, whole and in order',
  );

  const stream = await json<StreamReport>(`${node.url}/api/streams/math-101`);
  t.is(stream.tracks[0]!.codec, 'H264');
  const session = await json<SessionReport>(`${node.url}/api/sessions/${pulled.session}`);
  t.is(session.state, 'connected');
  t.is(session.tracks.find(({ kind }) => kind === 'video')!.codec, 'H264');
});

function peer(name: string): datachannel.PeerConnection {
  return new datachannel.PeerConnection(name, {
    iceServers: [],
    bindAddress: '127.0.0.1',
    disableAutoNegotiation: true,
  });
}

/** The local description once its candidates are gathered. */
function described(connection: datachannel.PeerConnection, type: 'offer' | 'answer'): Promise<string> {
  return new Promise(resolve => {
    const done = () => resolve(connection.localDescription()!.sdp);
    connection.onGatheringStateChange(state => {
      if (state === 'complete') done();
    });
    connection.setLocalDescription(type);
    if (connection.gatheringState() === 'complete') done();
  });
}

/** One NAL unit, in Annex B form, that carries its own number: a keyframe's slice every 30, else another's. */
function frameOf(number: number): Buffer {
  const bytes = Buffer.alloc(200, 0x55);
  bytes.writeUInt32BE(1, 0);
  bytes[4] = number % 30 === 1 ? 0x65 : 0x41;
  // The high bit keeps the number clear of start codes, which are zeros.
  bytes.writeUInt32BE(0x80808080 + number * 2, 5);
  return bytes;
}
