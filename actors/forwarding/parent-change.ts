/**
 * A stream that changes from one parent to another while the old one still delivers: each track goes on from the new one at
 * the packet after the last of the old one, so that none is missing, none comes twice, and all are in order. A core.
 */
import type { MediaKind } from '../../transports/rtp/codec.ts';
import type { RelayedPacket } from './relayed.ts';

/**
 * Packets of a track that are kept while the old parent is behind the new one: four seconds of 2.5 Mbit/s. With more than
 * that between the two, the change is not worth a picture that stands still.
 */
export const HELD_MAX = 1024;

const kinds: readonly MediaKind[] = ['audio', 'video'];

interface Track {
  /** The last that the old parent has delivered; undefined until it has delivered one. */
  last: number | undefined;
  /** It comes from the new one now. */
  hasMoved: boolean;
  /** Of the new one's, what comes later than the old one has got to. */
  held: RelayedPacket[];
}

export class ParentChange {
  readonly #tracks: Readonly<Record<MediaKind, Track>> = { audio: newTrack(), video: newTrack() };
  #hasFailed = false;

  /** Every track that the old parent delivers has moved, and there is one. */
  get isOver(): boolean {
    const delivered = kinds.map(kind => this.#tracks[kind]).filter(({ last }) => last !== undefined);
    return delivered.length > 0 && delivered.every(({ hasMoved }) => hasMoved);
  }

  /** The new parent is too far ahead: it is not to be had without a gap. */
  get hasFailed(): boolean {
    return this.#hasFailed;
  }

  /** What is to go on of the stream, now that the old parent has delivered this. */
  fromOld(kind: MediaKind, packet: RelayedPacket): readonly RelayedPacket[] {
    const track = this.#tracks[kind];
    if (track.hasMoved) return [];
    track.last = Math.max(track.last ?? packet.sequenceNumber, packet.sequenceNumber);
    return [packet, ...joined(track)];
  }

  /** The same, now that the new parent has. */
  fromNew(kind: MediaKind, packet: RelayedPacket): readonly RelayedPacket[] {
    const track = this.#tracks[kind];
    if (track.hasMoved) return [packet];
    track.held.push(packet);
    if (track.held.length > HELD_MAX) {
      this.#hasFailed = true;
      track.held = [];
    }
    return joined(track);
  }

  /** The old parent is gone: what the new one has delivered, in order, is all there is. */
  abandoned(kind: MediaKind): readonly RelayedPacket[] {
    const track = this.#tracks[kind];
    track.hasMoved = true;
    const { last = Number.NEGATIVE_INFINITY } = track;
    return track.held.splice(0).filter(({ sequenceNumber }) => sequenceNumber > last);
  }
}

function newTrack(): Track {
  return { last: undefined, hasMoved: false, held: [] };
}

/**
 * Moves the track as soon as the old parent has got to where the new one begins; gives what the old one has not delivered.
 * The new one delivers in order, and what it leaves out is left out on purpose.
 */
function joined(track: Track): readonly RelayedPacket[] {
  const { last, held } = track;
  const first = held[0]?.sequenceNumber;
  if (last === undefined || first === undefined || first > last + 1) return [];
  track.hasMoved = true;
  track.held = [];
  return held.filter(({ sequenceNumber }) => sequenceNumber > last);
}
