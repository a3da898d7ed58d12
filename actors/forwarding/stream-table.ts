/** The forwarding table: for each stream, who publishes it, through which track cores it passes, and who views it. */
import type { MediaKind } from '../../transports/rtp/codec.ts';
import type { Address } from '../runtime/address.ts';
import { BufferControl } from './buffer-control.ts';
import { ClockTelling } from './clock-telling.ts';
import type { ControlState } from './control/forwarding-control.ts';
import type { Crossing } from './crossings.ts';
import type { LiveEdge } from './live-edge.ts';
import type { Position } from './numbering.ts';
import type { Carrier, RelayedSource, Upstream } from './relayed.ts';
import type { MediaSession } from './session-table.ts';
import { CLOCK_RATES, StreamClock } from './stream-clock.ts';
import type { StreamTrack, TrackPosition } from './stream-track.ts';

/** A track's core and the actor that owns it; without core from a fault until the actor is up again. */
export interface TrackCell {
  owner: Address | undefined;
  core: StreamTrack | undefined;
  /** Where the last core stood, for the next to go on from. */
  position: TrackPosition;
  /** What the owner has been told last of the core. */
  toldState: ControlState | undefined;
}

export interface StreamEntry {
  readonly stream: string;
  /** Who publishes it here. */
  publisher: MediaSession | undefined;
  /** From where it comes, if nobody does. */
  upstream: Upstream | undefined;
  /** What comes by way of other nodes, whichever, is numbered on as long as the publication is the same. */
  relayed: RelayedSource | undefined;
  /** What has come last is the past of a stream whose viewers wait for it to be whole. */
  hasPast: boolean;
  epoch: number;
  publishedAt: string | undefined;
  readonly tracks: Record<MediaKind, TrackCell>;
  readonly clock: StreamClock;
  readonly telling: Record<MediaKind, ClockTelling<MediaSession>>;
  readonly buffer: BufferControl;
  readonly viewers: Set<MediaSession>;
  /** Those of them who are connected, and not yet at the live edge of the picture. */
  readonly waiting: Set<MediaSession>;
  readonly edges: Record<MediaKind, LiveEdge>;
  /** Who carries it on to other nodes. */
  readonly carriers: Set<Carrier>;
  /** The other cores of this node that have it from here, by their shard. */
  readonly crossings: Map<number, CrossingTo>;
}

export interface CrossingTo extends Crossing {
  /** The stream's actor there. */
  readonly replica: Address;
}

export class StreamTable {
  readonly #streams = new Map<string, StreamEntry>();
  readonly #firstPosition: () => Position;
  readonly #openEdge: () => LiveEdge;

  /** `firstPosition` draws where a new track's numbering begins (RFC 3550 section 5.1: at random). */
  constructor(firstPosition: () => Position, openEdge: () => LiveEdge) {
    this.#firstPosition = firstPosition;
    this.#openEdge = openEdge;
  }

  get size(): number {
    return this.#streams.size;
  }

  all(): Iterable<StreamEntry> {
    return this.#streams.values();
  }

  get(stream: string): StreamEntry | undefined {
    return this.#streams.get(stream);
  }

  obtain(stream: string): StreamEntry {
    const known = this.#streams.get(stream);
    if (known !== undefined) return known;
    const cell = (): TrackCell => ({
      owner: undefined,
      core: undefined,
      position: this.#firstPosition(),
      toldState: undefined,
    });
    const entry: StreamEntry = {
      stream,
      publisher: undefined,
      upstream: undefined,
      relayed: undefined,
      hasPast: false,
      epoch: 0,
      publishedAt: undefined,
      tracks: { audio: cell(), video: cell() },
      clock: new StreamClock(),
      telling: { audio: new ClockTelling(CLOCK_RATES.audio), video: new ClockTelling(CLOCK_RATES.video) },
      buffer: new BufferControl(),
      viewers: new Set(),
      waiting: new Set(),
      edges: { audio: this.#openEdge(), video: this.#openEdge() },
      carriers: new Set(),
      crossings: new Map(),
    };
    this.#streams.set(stream, entry);
    return entry;
  }

  /** Forgets a stream that nobody has any more to do with. */
  release(entry: StreamEntry): void {
    const { publisher, upstream, viewers, carriers, crossings, tracks } = entry;
    const inUse = publisher ?? upstream ?? tracks.audio.owner ?? tracks.video.owner;
    if (inUse === undefined && viewers.size + carriers.size + crossings.size === 0)
      this.#streams.delete(entry.stream);
  }
}
