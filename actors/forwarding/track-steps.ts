/**
 * Stepping the cores of tracks, each inside a catch of its own: one that throws is taken out, and its actor crashes over
 * it; the stream goes on when that is up again.
 */
import type { MediaKind } from '../../transports/rtp/codec.ts';
import type { Egress } from './egress.ts';
import type { PlaneCounters } from './reports.ts';
import type { StreamEntry, StreamTable } from './stream-table.ts';
import type { StreamTrack } from './stream-track.ts';

export class TrackSteps {
  readonly #table: StreamTable;
  readonly #egress: Egress;
  readonly #counters: PlaneCounters;

  constructor(table: StreamTable, egress: Egress, counters: PlaneCounters) {
    this.#table = table;
    this.#egress = egress;
    this.#counters = counters;
  }

  /** What `use` gives; undefined while the track has no core, or when that has just thrown. */
  step<T>(entry: StreamEntry, kind: MediaKind, use: (track: StreamTrack) => T): T | undefined {
    const cell = entry.tracks[kind];
    if (cell.core === undefined) return undefined;
    try {
      return use(cell.core);
    } catch (error) {
      this.#counters.trackFaults += 1;
      cell.position = cell.core.position;
      cell.core.close();
      cell.core = undefined;
      if (cell.owner !== undefined) this.#egress.fault(cell.owner, error);
      this.#table.release(entry);
      return undefined;
    }
  }
}
