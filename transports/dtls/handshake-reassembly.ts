/** Puts one side's handshake messages together and in order, whatever the network did to their fragments. */
import type { HandshakeFragment, HandshakeMessage } from './handshake-message.ts';

/** A message that is due, in its place. */
export interface ExpectedMessage {
  readonly type: number;
  readonly epoch: number;
  /** The most it may claim to be: memory is set aside for as much when its first part comes. */
  readonly maxBytes: number;
}

/** `past` is a fragment of a message that was complete and taken before: the peer, or the network, repeats itself. */
export type FragmentFate = 'taken' | 'past' | 'out of place';

interface Assembly {
  readonly body: Uint8Array;
  /** 1 for each byte of `body` that has come. */
  readonly filled: Uint8Array;
  missingBytes: number;
}

/**
 * Since the messages that a side sends are known beforehand, a fragment whose type, epoch or length does not fit its
 * message_seq is refused at once. That also is what bounds the memory: one buffer for each message due, at most.
 */
export class HandshakeReassembly {
  readonly #expected: readonly ExpectedMessage[];
  readonly #assemblies = new Map<number, Assembly>();
  #nextSeq = 0;

  constructor(expected: readonly ExpectedMessage[]) {
    this.#expected = expected;
  }

  /** Copies what it keeps. Where fragments overlap, what came first stands. */
  add(epoch: number, fragment: HandshakeFragment): FragmentFate {
    const { messageSeq, totalBytes } = fragment;
    const due = this.#expected[messageSeq];
    if (due === undefined || due.type !== fragment.type || due.epoch !== epoch) return 'out of place';
    if (messageSeq < this.#nextSeq) return 'past';
    if (totalBytes > due.maxBytes) return 'out of place';

    const assembly = this.#assemblies.get(messageSeq) ?? {
      body: new Uint8Array(totalBytes),
      filled: new Uint8Array(totalBytes),
      missingBytes: totalBytes,
    };
    if (assembly.body.length !== totalBytes) return 'out of place';
    this.#assemblies.set(messageSeq, assembly);
    fill(assembly, fragment);
    return 'taken';
  }

  /** The next message in order, once all of it is there. */
  take(): HandshakeMessage | undefined {
    const due = this.#expected[this.#nextSeq];
    const assembly = this.#assemblies.get(this.#nextSeq);
    if (due === undefined || assembly === undefined || assembly.missingBytes > 0) return undefined;
    this.#assemblies.delete(this.#nextSeq);
    const messageSeq = this.#nextSeq;
    this.#nextSeq += 1;
    return { type: due.type, messageSeq, body: assembly.body };
  }
}

function fill(assembly: Assembly, { bytes, offset }: HandshakeFragment): void {
  if (bytes.length === assembly.missingBytes && bytes.length === assembly.body.length) {
    // All of it at once, as most come.
    assembly.body.set(bytes);
    assembly.filled.fill(1);
    assembly.missingBytes = 0;
    return;
  }
  for (const [i, byte] of bytes.entries()) {
    if (assembly.filled[offset + i] === 1) continue;
    assembly.filled[offset + i] = 1;
    assembly.body[offset + i] = byte;
    assembly.missingBytes -= 1;
  }
}
