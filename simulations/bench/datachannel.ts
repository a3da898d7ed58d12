/**
 * Clients of libdatachannel: they share nothing with the project's own code, so that what is measured is a client's real
 * way through the nodes. The library is for development only, and loaded when a bench needs it.
 */
import type { PeerConnection, RtpPacketizationConfig, Track } from 'node-datachannel';
import { parseRtp } from '../../transports/rtp/packet.ts';
import { demultiplex } from '../../transports/webrtc/demultiplex.ts';
import { post, pulled } from './calls.ts';

export type Library = typeof import('node-datachannel');

const SSRC = 4242;
const PAYLOAD_TYPE = 102;
const PROFILE = 'profile-level-id=42e01f;packetization-mode=1;level-asymmetry-allowed=1';
const CLOCK_HZ = 90_000;
/** A packet of video as they mostly are: near the path's limit, yet one packet with all that is put around it. */
const FRAME_BYTES = 1_000;
/** What a frame's number is added to, twice: with the high bits set, its bytes are never taken for a start code. */
const NUMBER_BASE = 0x80808080;

/** Rejects with a line that says what to install when the library is not there. */
export async function loadLibrary(): Promise<Library> {
  try {
    return await import('node-datachannel');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_MODULE_NOT_FOUND') throw error;
    throw new Error(
      'the clients of this bench need node-datachannel: npm install --no-save node-datachannel',
    );
  }
}

export function newPeer(library: Library, name: string): PeerConnection {
  return new library.PeerConnection(name, {
    iceServers: [],
    bindAddress: '127.0.0.1',
    disableAutoNegotiation: true,
  });
}

/** The local description, once its candidates are gathered. */
export function described(peer: PeerConnection, type: 'offer' | 'answer'): Promise<string> {
  return new Promise(resolve => {
    const done = () => resolve(peer.localDescription()!.sdp);
    peer.onGatheringStateChange(state => {
      if (state === 'complete') done();
    });
    peer.setLocalDescription(type);
    if (peer.gatheringState() === 'complete') done();
  });
}

/** Pulls a stream: asks until it is live, and answers the offer. */
export async function pull(viewer: PeerConnection, url: string, stream: string): Promise<void> {
  const { session, sdp } = await pulled(url, stream);
  viewer.setRemoteDescription(sdp, 'offer');
  await post(`${url}/signaling/sendanswer`, { session, sdp: await described(viewer, 'answer') });
}

export interface Sender {
  /** Resolves when media may flow. */
  readonly opened: Promise<void>;
  readonly track: Track;
  /** Sends one frame, which is one packet; `atMs` is its moment by the camera's clock. */
  send(number: number, atMs: number, kind: 'keyframe' | 'delta'): void;
}

/** Adds a track of H.264 to a peer that has offered nothing yet. */
export function addSender(library: Library, peer: PeerConnection): Sender {
  const video = new library.Video('0', 'SendOnly');
  video.addH264Codec(PAYLOAD_TYPE, PROFILE);
  video.addSSRC(SSRC, 'camera');
  const track = peer.addTrack(video);
  const rtp: RtpPacketizationConfig = new library.RtpPacketizationConfig(
    SSRC,
    'camera',
    PAYLOAD_TYPE,
    CLOCK_HZ,
  );
  const packetizer = new library.H264RtpPacketizer('LongStartSequence', rtp);
  packetizer.addToChain(new library.RtcpSrReporter(rtp));
  packetizer.addToChain(new library.RtcpNackResponder());
  track.setMediaHandler(packetizer);
  return {
    opened: new Promise(resolve => track.onOpen(() => resolve())),
    track,
    send(number, atMs, kind) {
      rtp.timestamp = Math.round((atMs * CLOCK_HZ) / 1000) >>> 0;
      track.sendMessageBinary(frame(number, kind));
    },
  };
}

/** Calls `onFrame` for every packet that has a frame's number. Keep what it returns: the library keeps no track. */
export function listen(peer: PeerConnection, onFrame: (number: number) => void): ReadonlySet<Track> {
  const tracks = new Set<Track>();
  peer.onTrack(track => {
    tracks.add(track);
    track.onMessage(bytes => {
      const number = demultiplex(bytes) === 'srtp' ? numberIn(bytes) : undefined;
      if (number !== undefined) onFrame(number);
    });
  });
  return tracks;
}

function numberIn(bytes: Buffer): number | undefined {
  const packet = parseRtp(bytes);
  if (packet === undefined || bytes.length < packet.payloadOffset + 5) return undefined;
  return (bytes.readUInt32BE(packet.payloadOffset + 1) - NUMBER_BASE) / 2;
}

/** One NAL unit in Annex B form: a keyframe's slice, or another's. */
function frame(number: number, kind: 'keyframe' | 'delta'): Buffer {
  const bytes = Buffer.alloc(FRAME_BYTES, 0x55);
  bytes.writeUInt32BE(1, 0);
  bytes[4] = kind === 'keyframe' ? 0x65 : 0x41;
  bytes.writeUInt32BE(NUMBER_BASE + number * 2, 5);
  return bytes;
}
