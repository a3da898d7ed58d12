/** libdatachannel peers for the end-to-end tests: nothing of them is shared with the project's own code. */
import { registerCompletionHandler } from 'ava';
import datachannel from 'node-datachannel';
import { eventually, post } from '../support/node.ts';

// The library's threads outlive its peers, and would keep the process of the tests alive.
registerCompletionHandler(() => process.exit());

const SSRC = 4242;
const PAYLOAD_TYPE = 102;
const PROFILE = 'profile-level-id=42e01f;packetization-mode=1;level-asymmetry-allowed=1';
const FRAME_INTERVAL_MS = 33;
const KEYFRAME_EVERY = 30;
const FRAME_BYTES = 200;
/** For a stream to be live: seconds where processes of its nodes are being started on a busy machine. */
const LIVE_LIMIT_MS = 15_000;

export function peer(name: string, bindAddress = '127.0.0.1'): datachannel.PeerConnection {
  return new datachannel.PeerConnection(name, { iceServers: [], bindAddress, disableAutoNegotiation: true });
}

/** The local description, once its candidates are gathered. */
export function described(connection: datachannel.PeerConnection, type: 'offer' | 'answer'): Promise<string> {
  return new Promise(resolve => {
    const done = () => resolve(connection.localDescription()!.sdp);
    connection.onGatheringStateChange(state => {
      if (state === 'complete') done();
    });
    connection.setLocalDescription(type);
    if (connection.gatheringState() === 'complete') done();
  });
}

/** Resolves when media may flow. */
export function open(connection: datachannel.PeerConnection): Promise<void> {
  return new Promise(resolve => {
    connection.onStateChange(state => {
      if (state === 'connected') resolve();
    });
    if (connection.state() === 'connected') resolve();
  });
}

/** Tracks whose packets are awaited: the library forgets the callbacks of those that nothing refers to. */
const listening = new Set<datachannel.Track>();

/** Calls `onPacket` with every packet, RTP and RTCP, of the tracks that the peer will have. */
export function listen(connection: datachannel.PeerConnection, onPacket: (packet: Buffer) => void): void {
  connection.onTrack(track => {
    listening.add(track);
    track.onMessage(bytes => onPacket(Buffer.from(bytes)));
    track.onClosed(() => listening.delete(track));
  });
}

/** Resolves with the first packet that comes. */
export function firstPacket(connection: datachannel.PeerConnection): Promise<Buffer> {
  return new Promise(resolve => listen(connection, resolve));
}

export interface Pulled {
  readonly session: string;
  /** The offer. */
  readonly sdp: string;
  readonly edge: { readonly node: string };
}

/** Pulls a stream once it is live, and answers; `reached` is the offer by the way that the viewer is to take to the node. */
export async function pull(
  viewer: datachannel.PeerConnection,
  url: string,
  stream: string,
  reached: (offer: string) => string = offer => offer,
): Promise<Pulled> {
  const pulled = await eventually('live stream', LIVE_LIMIT_MS, () =>
    post<Pulled>(`${url}/signaling/pull`, { stream }).catch(() => undefined),
  );
  viewer.setRemoteDescription(reached(pulled.sdp), 'offer');
  const { session } = pulled;
  await post(`${url}/signaling/sendanswer`, { session, sdp: await described(viewer, 'answer') });
  return pulled;
}

export interface H264Publisher {
  readonly session: string;
  close(): void;
}

/** Publishes H.264 whose frames carry their own numbers (see `numberOfFrame`). */
export async function publishedH264(
  url: string,
  stream: string,
  bindAddress?: string,
): Promise<H264Publisher> {
  const connection = peer(`publisher-of-${stream}`, bindAddress);
  const video = new datachannel.Video('0', 'SendOnly');
  video.addH264Codec(PAYLOAD_TYPE, PROFILE);
  video.addSSRC(SSRC, 'camera');
  const track = connection.addTrack(video);
  const rtp = new datachannel.RtpPacketizationConfig(SSRC, 'camera', PAYLOAD_TYPE, 90_000);
  const packetizer = new datachannel.H264RtpPacketizer('LongStartSequence', rtp);
  packetizer.addToChain(new datachannel.RtcpSrReporter(rtp));
  packetizer.addToChain(new datachannel.RtcpNackResponder());
  track.setMediaHandler(packetizer);
  const sdp = await described(connection, 'offer');
  const pushed = await post<{ session: string; sdp: string }>(`${url}/signaling/push`, { stream, sdp });
  connection.setRemoteDescription(pushed.sdp, 'answer');
  let number = 0;
  const camera = setInterval(() => {
    if (!track.isOpen()) return;
    number += 1;
    rtp.timestamp = number * 3000;
    try {
      track.sendMessageBinary(frame(number));
    } catch (error) {
      // The library's own thread may have closed it meanwhile, with a node that was killed.
      if (track.isOpen()) throw error;
    }
  }, FRAME_INTERVAL_MS);
  return {
    session: pushed.session,
    close() {
      clearInterval(camera);
      connection.close();
    },
  };
}

/** The number of the frame whose only NAL unit is this payload. */
export function numberOfFrame(payload: Buffer): number {
  return (payload.readUInt32BE(1) - 0x80808080) / 2;
}

/** Whether that payload is a keyframe's: a coded slice of an IDR picture (RFC 6184 section 5.2, type 5). */
export function isOfKeyframe(payload: Buffer): boolean {
  return (payload[0]! & 0x1f) === 5;
}

/** One NAL unit, in Annex B form: a keyframe's slice now and then, else another's. */
function frame(number: number): Buffer {
  const bytes = Buffer.alloc(FRAME_BYTES, 0x55);
  bytes.writeUInt32BE(1, 0);
  bytes[4] = number % KEYFRAME_EVERY === 1 ? 0x65 : 0x41;
  // The high bits keep the number clear of start codes, which are zeros.
  bytes.writeUInt32BE(0x80808080 + number * 2, 5);
  return bytes;
}
