/** Which publication a stream is at the moment, by its epoch: here, or as another node or core tells it. */
import type { MediaKind } from '../../transports/rtp/codec.ts';
import { RelayedSource, type Upstream } from './relayed.ts';
import type { StreamEntry } from './stream-table.ts';
import type { TrackSteps } from './track-steps.ts';

const kinds: readonly MediaKind[] = ['audio', 'video'];

export class Publications {
  readonly #steps: TrackSteps;

  constructor(steps: TrackSteps) {
    this.#steps = steps;
  }

  /** Whoever publishes has a clock of its own, and what others have sent is nothing to begin with. */
  begin(entry: StreamEntry, epoch: number): void {
    entry.epoch = epoch;
    entry.clock.begin();
    for (const kind of kinds) this.#steps.step(entry, kind, track => track.beginPublication());
  }

  /** The publication elsewhere is another one, unless it is the one that is known. */
  follow(entry: StreamEntry, epoch: number): void {
    if (epoch > entry.epoch) this.begin(entry, epoch);
    if (entry.relayed?.epoch !== entry.epoch) entry.relayed = new RelayedSource(entry.epoch);
  }

  /** What stands for the publication that comes from `upstream`; undefined when it is not the stream here. */
  sourceOf(entry: StreamEntry | undefined, upstream: Upstream, epoch: number): RelayedSource | undefined {
    if (entry?.upstream !== upstream || entry.publisher !== undefined) return undefined;
    if (upstream.isLocal && epoch < entry.epoch) this.begin(entry, epoch);
    this.follow(entry, epoch);
    return epoch === entry.epoch ? entry.relayed : undefined;
  }
}
