/** A viewer that notes of each packet how long it is, what it is and when it came; its keyframe it asks for when told. */
import { buildPli, buildReceiverReport, compound } from '../../transports/rtcp/build.ts';
import { parseRtp } from '../../transports/rtp/packet.ts';
import type { LoadPeerOptions } from '../load/load-peer.ts';
import { MediaClient } from '../load/media-client.ts';
import type { RecordedPacket } from '../load/recording.ts';
import { beginsKeyframe } from '../load/vp8-keyframe.ts';

/** As the sender of its RTCP: any number will do, since it sends no media. */
const OWN_SSRC = 1;
/** A minute of 10 Mbit/s. */
const PACKETS_MAX = 100_000;

export class RecordingViewer {
  readonly client: MediaClient;
  /** From the keyframe on that was asked for; their times are the clock's. */
  readonly packets: RecordedPacket[] = [];

  constructor(options: LoadPeerOptions) {
    this.client = new MediaClient(options);
  }

  /** Asks for a keyframe, with which the recording begins. */
  record(): void {
    const { offered } = this.client;
    if (offered === undefined) return;
    this.client.onRtp = bytes => this.#note(bytes);
    this.client.send(compound([buildReceiverReport(OWN_SSRC, []), buildPli(OWN_SSRC, offered.videoSsrc)]));
  }

  #note(bytes: Uint8Array): void {
    const { offered, heardAtMs: atMs } = this.client;
    const packet = parseRtp(bytes);
    if (packet === undefined || atMs === undefined || this.packets.length >= PACKETS_MAX) return;
    const { ssrc, payloadOffset, payloadLength, payloadType, marker } = packet;
    const payload = packet.bytes.subarray(payloadOffset, payloadOffset + payloadLength);
    const isVideo = ssrc === offered?.videoSsrc && payloadType === offered.vp8PayloadType;
    if (!isVideo && ssrc !== offered?.audioSsrc) return;
    const noted: RecordedPacket = {
      atMs,
      kind: isVideo ? 'video' : 'audio',
      payloadBytes: payloadLength,
      beginsKeyframe: isVideo && beginsKeyframe(payload),
      endsFrame: isVideo && marker,
    };
    if (noted.beginsKeyframe || this.packets.length > 0) this.packets.push(noted);
  }
}
