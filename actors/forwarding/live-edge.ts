/**
 * The viewers of a track who get each packet as it passes, all together. What is one viewer's own is settled when it comes and
 * when it goes; between the two a packet costs one call for all of them.
 */
import type { OutletGroup } from '../../transports/fanout/port.ts';
import { LiveFlow } from './live-flow.ts';
import type { OutgoingTrack } from './outgoing-track.ts';
import type { TrackPacket } from './stream-track.ts';

export class LiveEdge {
  readonly #group: OutletGroup;
  readonly #flow = new LiveFlow();
  readonly #members = new Set<OutgoingTrack>();
  /** They are let in by the next packet, whose number is the first that they get. */
  readonly #newcomers = new Set<OutgoingTrack>();
  /** Who cannot take the codec of the moment. */
  readonly #unable = new Set<OutgoingTrack>();

  constructor(group: OutletGroup) {
    this.#group = group;
  }

  /** From the next packet on. */
  join(track: OutgoingTrack): void {
    this.#newcomers.add(track);
  }

  /** What has passed before still goes to it. */
  leave(track: OutgoingTrack): void {
    this.#newcomers.delete(track);
    this.#unable.delete(track);
    if (!this.#members.delete(track)) return;
    this.#group.remove(track.outlet);
    track.exit();
  }

  /** How many get the packet. */
  send(nowMs: number, packet: TrackPacket): number {
    const payloadType = packet.bytes[1]! & 0x7f;
    if (payloadType !== this.#flow.payloadType) this.#sort(payloadType);
    for (const track of this.#newcomers) this.#admit(track, payloadType, packet.sequenceNumber);
    this.#newcomers.clear();
    for (const track of this.#unable) track.notNegotiated += 1;
    this.#flow.add(nowMs, packet, payloadType);
    this.#group.send(packet);
    return this.#group.size;
  }

  #admit(track: OutgoingTrack, payloadType: number, sequenceNumber: number): void {
    if (!track.takes(payloadType)) {
      track.skip();
      this.#unable.add(track);
      return;
    }
    track.enter(this.#flow, sequenceNumber);
    this.#members.add(track);
    this.#group.add(track.outlet);
  }

  /** Another codec: who can take it now, comes; who cannot, goes. */
  #sort(payloadType: number): void {
    for (const track of this.#unable) this.#newcomers.add(track);
    this.#unable.clear();
    for (const track of this.#members) {
      if (track.takes(payloadType)) continue;
      this.leave(track);
      this.#newcomers.add(track);
    }
  }
}
