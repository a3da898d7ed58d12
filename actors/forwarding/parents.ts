/** From which parent each stream comes, and how it changes to another one. */
import type { MediaKind } from '../../transports/rtp/codec.ts';
import type { Trial } from '../relay/messages.ts';
import { ParentChange } from './parent-change.ts';
import type { RelayedPacket, Upstream } from './relayed.ts';
import type { StreamForwarding } from './stream-forwarding.ts';

/** Why a spare does not take over. */
const NOT_NEEDED = 'the other parent is there after all';
/** Of two publications the later one is the stream, whoever answers last. */
const EARLIER = 'a later publication of the stream is there';

const kinds: readonly MediaKind[] = ['audio', 'video'];

/** A stream as another node gives it. */
export interface Parent extends Upstream {
  /** Of the publication that it has granted. */
  readonly epoch: number;
  /** How it is to take over from another parent, if it is. */
  readonly trial: Trial | undefined;
  /** It may be gone, and has not been heard since that is feared. */
  readonly isSuspected: boolean;
  /** The stream comes from here now. */
  begun(): void;
  /** It is wanted no more, for a reason. */
  refuse(nowMs: number, reason: string): void;
}

interface Change {
  readonly to: Parent;
  readonly core: ParentChange;
}

export class Parents {
  readonly #streams: StreamForwarding;
  /** By stream, the parent that it comes from. */
  readonly #current = new Map<string, Parent>();
  /** By stream, the parent that is to take over, and how far it is. */
  readonly #changes = new Map<string, Change>();
  /** All that deliver, and have not ended: also one that is to take over, and one that has been followed. */
  readonly #delivering = new Set<Parent>();

  constructor(streams: StreamForwarding) {
    this.#streams = streams;
  }

  /** It delivers: it is the stream's from now on, unless another one is, which it has to catch up with first. */
  begin(nowMs: number, parent: Parent): void {
    const { stream, trial } = parent;
    const current = this.#current.get(stream);
    this.#delivering.add(parent);
    if (current !== undefined && parent.epoch < current.epoch) this.#refuse(nowMs, parent, EARLIER);
    else if (trial === undefined || current === undefined || current.epoch !== parent.epoch)
      this.#attach(parent);
    else if (trial === 'spare' && !current.isSuspected) this.#refuse(nowMs, parent, NOT_NEEDED);
    else this.#changes.set(stream, { to: parent, core: new ParentChange() });
  }

  forward(nowMs: number, from: Parent, kind: MediaKind, relayed: RelayedPacket): void {
    const change = this.#changes.get(from.stream);
    const current = this.#current.get(from.stream);
    if (change === undefined || current === undefined)
      return this.#streams.forwardRelayed(nowMs, from, kind, relayed);
    const { core, to } = change;
    // Another publication than the one that both had: there is nothing to go on from, and the later one is the stream.
    if (relayed.epoch > to.epoch && from !== to) {
      this.#changes.delete(to.stream);
      this.#refuse(nowMs, to, EARLIER);
      return this.#streams.forwardRelayed(nowMs, from, kind, relayed);
    }
    if (relayed.epoch !== to.epoch) return this.#attach(to);
    // In the time that the new one took, the old one would have answered.
    if (from === to && current.isSuspected) {
      this.end(nowMs, current);
      return this.#streams.forwardRelayed(nowMs, from, kind, relayed);
    }
    if (to.trial === 'spare' && !current.isSuspected) {
      this.#changes.delete(to.stream);
      this.#refuse(nowMs, to, NOT_NEEDED);
      if (from !== to) this.#streams.forwardRelayed(nowMs, from, kind, relayed);
      return;
    }
    const packets = from === to ? core.fromNew(kind, relayed) : core.fromOld(kind, relayed);
    for (const packet of packets) this.#streams.forwardRelayed(nowMs, current, kind, packet);
    if (core.isOver) this.#attach(to);
    else if (core.hasFailed) {
      this.#changes.delete(to.stream);
      this.#refuse(nowMs, to, 'the other parent is too far ahead');
    }
  }

  /** It delivers no more. One that was to take over from it does so at once, or any other that delivers still. */
  end(nowMs: number, parent: Parent): void {
    const { stream } = parent;
    this.#delivering.delete(parent);
    const change = this.#changes.get(stream);
    if (change?.to === parent) this.#changes.delete(stream);
    if (this.#current.get(stream) !== parent) return;
    if (change !== undefined && change.to !== parent) {
      for (const kind of kinds) {
        for (const packet of change.core.abandoned(kind))
          this.#streams.forwardRelayed(nowMs, parent, kind, packet);
      }
      this.#attach(change.to);
      return;
    }
    this.#current.delete(stream);
    const other = [...this.#delivering].find(one => one.stream === stream);
    if (other !== undefined) this.#attach(other);
    else this.#streams.detachUpstream(stream, parent);
  }

  #refuse(nowMs: number, parent: Parent, reason: string): void {
    this.#delivering.delete(parent);
    parent.refuse(nowMs, reason);
  }

  #attach(parent: Parent): void {
    this.#current.set(parent.stream, parent);
    this.#changes.delete(parent.stream);
    this.#streams.attachUpstream(parent.stream, parent, parent.epoch);
    parent.begun();
  }
}
