/** A publisher of made-up VP8 for load clients to watch, which sends a keyframe when it is asked for one. */
import { clientPayloadTypes, publisherOffer } from '../../../simulations/client-sdp.ts';
import { drive } from '../../../simulations/load/drive.ts';
import { LoadPeer, type LoadPeerOptions } from '../../../simulations/load/load-peer.ts';
import { readServerTransport } from '../../../simulations/load/server-sdp.ts';
import { systemClock } from '../../../transports/clock.ts';
import { parseRtcp } from '../../../transports/rtcp/parse.ts';
import { demultiplex } from '../../../transports/webrtc/demultiplex.ts';
import { post } from '../../support/node.ts';
import { rtpPacket } from '../shard/media.ts';

const ssrcs = { audio: 11, video: 22, videoRtx: 23 };
const FRAME_TICKS = 3000;
const FRAME_PACKETS = 3;
/** Payload headers (RFC 7741 section 4.3). */
const KEYFRAME = 0x50;
const INTER_FRAME = 0x51;
const START_OF_PARTITION = 0x10;

export interface Vp8Publisher {
  /** How often it was asked for a keyframe. */
  readonly asked: number;
  /** Sends a frame, if connected. */
  sendFrame(): void;
  close(): Promise<void>;
}

export async function publishVp8(
  url: string,
  stream: string,
  options: LoadPeerOptions,
): Promise<Vp8Publisher> {
  const peer = new LoadPeer(options);
  let asked = 0;
  let sent = 0;
  let isKeyframeDue = true;
  const receiveRtcp = (bytes: Uint8Array) => {
    const opened = peer.srtp?.openRtcp(bytes);
    const packets = typeof opened === 'object' ? (parseRtcp(opened) ?? []) : [];
    if (!packets.some(({ kind }) => kind === 'picture-loss-indication')) return;
    asked += 1;
    isKeyframeDue = true;
  };
  const offer = publisherOffer(peer.ice, ssrcs, options.certificate.fingerprint);
  const { sdp } = await post<{ sdp: string }>(`${url}/signaling/push`, { stream, sdp: offer });
  const server = readServerTransport(sdp);
  const core = {
    receive(nowMs: number, bytes: Uint8Array, path: Parameters<LoadPeer['receiveStun']>[2]) {
      const protocol = demultiplex(bytes);
      if (protocol === 'stun') peer.receiveStun(nowMs, bytes, path);
      if (protocol === 'dtls') peer.receiveDtls(nowMs, bytes);
      if (protocol === 'srtcp') receiveRtcp(bytes);
    },
    deadline: () => peer.deadline(),
    advance: (nowMs: number) => peer.advance(nowMs),
    poll: () => peer.poll(),
  };
  const driven = await drive(core, systemClock, server.candidate);
  peer.connect(systemClock.nowMs(), server);
  driven.settle();
  return {
    get asked() {
      return asked;
    },
    sendFrame() {
      if (peer.srtp === undefined) return;
      for (let i = 0; i < FRAME_PACKETS; i += 1) {
        const packet = rtpPacket({
          ssrc: ssrcs.video,
          payloadType: clientPayloadTypes.vp8,
          sequenceNumber: (sent * FRAME_PACKETS + i) & 0xffff,
          timestamp: sent * FRAME_TICKS,
          payload: Uint8Array.of(i === 0 ? START_OF_PARTITION : 0, isKeyframeDue ? KEYFRAME : INTER_FRAME),
          marker: i === FRAME_PACKETS - 1,
        });
        peer.send(peer.srtp.sealRtp(packet));
      }
      sent += 1;
      isKeyframeDue = false;
      driven.settle();
    },
    close() {
      peer.leave(systemClock.nowMs());
      return driven.close();
    },
  };
}
