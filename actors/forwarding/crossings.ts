/**
 * One shard's side of the memory that the node's cores share: its slab, in which its tracks keep their packets; the queues
 * through which it tells other shards of them; and those through which it hears of theirs. Only references cross.
 */
import { InboundQueues } from '../../transports/memory/inbound-queues.ts';
import type { ReceivedEntry } from '../../transports/memory/media-entry.ts';
import { QueueSender } from '../../transports/memory/queue-sender.ts';
import type { ShardMemories } from '../../transports/memory/shard-memories.ts';
import { SlabPacket } from '../../transports/memory/slab-packet.ts';
import { SlabReader } from '../../transports/memory/slab-reader.ts';
import { SlabWriter } from '../../transports/memory/slab-writer.ts';
import type { TrackWriter } from '../../transports/memory/track-writer.ts';
import { Waker } from '../../transports/memory/wake-word.ts';
import type { MediaKind } from '../../transports/rtp/codec.ts';
import { SLAB_QUOTAS } from './slab-quotas.ts';
import type { TrackPacket } from './stream-track.ts';

export interface CrossingsOptions {
  /** This shard's number. */
  readonly shard: number;
  readonly memories: ShardMemories;
}

export type QueueState = 'in time' | 'behind' | 'dropping';

/** A stream as another shard knows it. */
export interface Crossing {
  /** The shard that gets it. */
  readonly to: number;
  /** The number that the other shard has given the stream. */
  readonly number: number;
}

/** What another shard has sent: the packet's bytes where they lie, and what can be said of them without reading. */
export interface Crossed {
  readonly bytes: Uint8Array;
  readonly stored: SlabPacket;
}

export class Crossings {
  readonly #writer: SlabWriter;
  readonly #readers: readonly SlabReader[];
  readonly #senders: ReadonlyMap<number, QueueSender>;
  readonly #touched = new Set<QueueSender>();
  readonly #options: CrossingsOptions;
  #inbound: InboundQueues | undefined;
  readonly counters = {
    /** Tracks for which the slab had no more room to promise: they cannot cross. */
    tracksNotStored: 0,
    /** Packets that other shards had overwritten before this one took them. */
    packetsOverwritten: 0,
  };

  constructor(options: CrossingsOptions) {
    this.#options = options;
    const { shard, memories } = options;
    this.#writer = new SlabWriter(memories.slabs[shard]!);
    this.#readers = memories.slabs.map(slab => new SlabReader(slab));
    this.#senders = new Map(
      memories.queues[shard]!.flatMap((queue, to) =>
        queue === undefined ? [] : [[to, new QueueSender(queue, new Waker(memories.wakes[to]!))] as const],
      ),
    );
  }

  /** The shards that send to this one. */
  get others(): readonly number[] {
    return [...this.#senders.keys()];
  }

  /** The place in the slab for a new track; undefined when the slab has no more to give. */
  openTrack(kind: MediaKind): TrackWriter | undefined {
    const track = this.#writer.openTrack(SLAB_QUOTAS[kind]);
    if (track === undefined) this.counters.tracksNotStored += 1;
    return track;
  }

  /** Tells another shard of a packet; what it cannot take is dropped there up to the next keyframe. */
  send(
    nowMs: number,
    { to, number }: Crossing,
    kind: MediaKind,
    epoch: number,
    packet: TrackPacket,
    isPast = false,
  ): void {
    const sender = this.#senders.get(to);
    if (sender === undefined || packet.stored === undefined) return;
    sender.send({
      stream: number,
      kind,
      startsKeyframe: packet.beginsKeyframe,
      startsFrame: packet.beginsFrame,
      isPast,
      reference: packet.stored.reference,
      epoch,
      sequenceNumber: packet.sequenceNumber,
      timestamp: packet.timestamp,
      arrivedAtMs: nowMs,
    });
    this.#touched.add(sender);
  }

  /** Whether that shard is being sent nothing of the stream's picture until the next keyframe. */
  isDropping({ to, number }: Crossing): boolean {
    return this.#senders.get(to)?.isDropping(number, 'video') ?? false;
  }

  /** The end of a batch: the other shards see what was sent, and are woken if they sleep. */
  flush(): void {
    for (const sender of this.#touched) sender.flush();
    this.#touched.clear();
  }

  forget({ to, number }: Crossing): void {
    this.#senders.get(to)?.forget(number);
  }

  /** The bytes of what another shard has sent; undefined when that has overwritten them already. */
  view({ reference, arrivedAtMs, isPast }: ReceivedEntry): Crossed | undefined {
    const reader = this.#readers[reference.slab];
    const bytes = reader?.view(reference);
    if (reader === undefined || bytes === undefined) {
      this.counters.packetsOverwritten += 1;
      return undefined;
    }
    // What is past has been in its slab for longer than it has been on its way.
    const writtenAtMs = isPast ? undefined : arrivedAtMs;
    return { bytes, stored: new SlabPacket({ ...reference }, reader, writtenAtMs) };
  }

  /** What comes from the other shards, for the shard's loop to take; `nextTurn` comes back after the sockets' turn. */
  inbound(options: InboundOptions): InboundQueues {
    const { shard, memories } = this.#options;
    const queues = new Map(this.others.map(from => [from, memories.queues[from]![shard]!]));
    this.#inbound = new InboundQueues({ wake: memories.wakes[shard]!, queues, ...options });
    return this.#inbound;
  }

  /** How the queue from that shard stands: this one keeps up, is behind, or so far behind that frames are dropped. */
  queueState(from: number): QueueState {
    if (this.#inbound?.isDropping(from) === true) return 'dropping';
    return this.#inbound?.states().get(from)?.phase === 'behind' ? 'behind' : 'in time';
  }

  /** For reports; by name, as those of the plane. */
  get gauges(): Record<string, number> {
    let dropped = 0;
    let dropping = 0;
    for (const sender of this.#senders.values()) {
      dropped += sender.dropped;
      dropping += sender.dropping;
    }
    return {
      crossing_packets_dropped_total: dropped,
      crossing_packets_overwritten_total: this.counters.packetsOverwritten,
      crossing_tracks_dropping: dropping,
      crossing_tracks_not_stored_total: this.counters.tracksNotStored,
      slab_pages_free: this.#writer.freePages,
    };
  }
}

export type InboundOptions = Pick<
  ConstructorParameters<typeof InboundQueues>[0],
  'nextTurn' | 'onEntry' | 'onFault' | 'onBatchEnd'
>;
