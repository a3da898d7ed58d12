/**
 * Data of conversations that the peer has not named yet: its word was lost or overtaken, and will come. Without this a
 * subscriber would wait a retransmission timeout for the first frames, those of the keyframe.
 */
import type { SegmentHeader } from '../kcp/segment.ts';
import { ahead } from '../kcp/wrapping.ts';
import { EARLY_MAX_DATAGRAMS } from './limits.ts';

interface Early {
  readonly header: SegmentHeader;
  readonly payload: Uint8Array;
}

export class EarlyData {
  #kept: Early[] = [];
  /** The numbers that the peer gives grow: what is not past this one has been named. */
  #lastNamed = 0;
  /** What the peer's numbers have in common modulo 2. */
  readonly #parity: 0 | 1;

  constructor(parity: 0 | 1) {
    this.#parity = parity;
  }

  get size(): number {
    return this.#kept.length;
  }

  /** Whether the number is one that the peer may give to a conversation. */
  isPeers(conversation: number): boolean {
    return (conversation & 1) === this.#parity;
  }

  /** Keeps a segment with a copy of its payload, if its conversation may still come and there is room; says whether. */
  keep(header: SegmentHeader, payload: Uint8Array): boolean {
    const { conversation } = header;
    const mayCome = this.isPeers(conversation) && ahead(conversation, this.#lastNamed) > 0;
    if (!mayCome || this.#kept.length >= EARLY_MAX_DATAGRAMS) return false;
    this.#kept.push({ header, payload: payload.slice() });
    return true;
  }

  /** The peer has named conversations: what came early for them, and is then no longer kept. */
  take(conversations: readonly number[]): readonly Early[] {
    for (const id of conversations) if (ahead(id, this.#lastNamed) > 0) this.#lastNamed = id;
    const taken = this.#kept.filter(({ header }) => conversations.includes(header.conversation));
    // What is not past the last named number will never be asked for.
    this.#kept = this.#kept.filter(({ header }) => ahead(header.conversation, this.#lastNamed) > 0);
    return taken;
  }
}
