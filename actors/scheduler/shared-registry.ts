/**
 * One scheduler's part of the registry that several share: what to keep there and to publish, what of the others is
 * heard, and whether both ways work. A core: synchronous, without a clock; one command, then `poll` until there is
 * nothing left.
 *
 * Each scheduler keeps what its nodes told it under keys of its own, with a lease that the node's next word renews, and
 * publishes every word. So nobody ever takes away what another has written, and whoever has missed something reads it
 * all, once he hears the others again.
 */
import { type Deadline, earlier } from '../../transports/clock.ts';
import { isBelieved } from './believed-epoch.ts';
import type { Heard, NewsWord, RegistryCommand, Sharing } from './shared-messages.ts';
import { formatWord, isFrom, parseWord } from './word.ts';

/** A node's word lasts as long here as with a scheduler that has heard it itself (NODE_SILENCE_MS). */
export const LEASE_MS = 3000;
/** How often it is tried whether what is published comes back. */
export const BEAT_MS = 500;
/**
 * Without its own beat for so long a scheduler takes the registry to be away. With the second until its nodes have
 * heard of that and spoken to all, it is over before the leases are that it has heard of last.
 */
export const BEATS_MISSED_MS = 1500;
/** Ten thousand nodes are read in a second; an answer that takes longer than this was lost. */
const READ_TIMEOUT_MS = 3000;

export type SharedOutput =
  | { readonly kind: 'command'; readonly command: RegistryCommand }
  | { readonly kind: 'tell'; readonly message: Heard | Sharing };

type State =
  | { readonly kind: 'away' }
  /** Words are heard; of whom they have been heard stands in `heardOf`, as what is read of these is older. */
  | { readonly kind: 'reading'; readonly untilMs: number; readonly heardOf: Set<string> }
  | { readonly kind: 'sharing' };

export class SharedRegistry {
  readonly #from: string;
  readonly #beatText: string;
  readonly #outputs: SharedOutput[] = [];
  #state: State = { kind: 'away' };
  #heard: NewsWord[] = [];
  #wrong = 0;
  #raisedTo = 0;
  #beatDueAtMs = 0;
  #beatHeardAtMs = 0;

  /** `from` is the scheduler's node, `life` a number that no actor of that name has had before. */
  constructor(from: string, life: number) {
    this.#from = from;
    this.#beatText = formatWord({ kind: 'beat', from, life });
  }

  get standing(): State['kind'] {
    return this.#state.kind;
  }

  share(wallMs: number, word: NewsWord): void {
    // What is not shared now is told again within a second of the connection, with all that is true then.
    if (this.#state.kind === 'away') return;
    const text = formatWord(word);
    if (word.kind === 'node') {
      this.#command({ do: 'keep', key: this.#keyOf(word.facts.node), text, leaseMs: LEASE_MS });
    } else if (word.kind === 'left') {
      this.#command({ do: 'drop', key: this.#keyOf(word.node) });
    }
    this.#command({ do: 'publish', text });
    this.#raise(wallMs, word);
  }

  connected(nowMs: number): void {
    // It may be another Redis, or one that has forgotten all.
    this.#raisedTo = 0;
    this.#beatHeardAtMs = nowMs;
    this.#beat(nowMs);
    this.#read(nowMs);
  }

  lost(): void {
    this.#away();
  }

  /** Whoever is told of the others has forgotten all. */
  tellAll(nowMs: number): void {
    if (this.#state.kind === 'away') return;
    this.#state = { kind: 'sharing' };
    this.#read(nowMs);
  }

  heard(nowMs: number, text: string): void {
    if (this.#state.kind === 'away') return;
    if (isFrom(this.#from, text)) {
      if (text === this.#beatText) this.#beatHeardAtMs = nowMs;
      return;
    }
    const word = parseWord(text);
    if (word === undefined) {
      this.#wrong += 1;
    } else if (word.kind !== 'beat') {
      if (this.#state.kind === 'reading') this.#state.heardOf.add(nodeOf(word));
      this.#heard.push(word);
    }
    this.#tellHeard();
  }

  read(texts: readonly string[], newestEpoch: number): void {
    if (this.#state.kind !== 'reading') return;
    const { heardOf } = this.#state;
    for (const text of texts) {
      const word = parseWord(text);
      if (word?.kind !== 'node') this.#wrong += 1;
      // This scheduler's own are those of an earlier life: nobody else may have told of these nodes yet.
      else if (!heardOf.has(nodeOf(word))) this.#heard.push(word);
    }
    this.#tellHeard(isEpoch(newestEpoch) ? newestEpoch : undefined);
    this.#state = { kind: 'sharing' };
    this.#outputs.push({ kind: 'tell', message: { type: 'sharing', isSharing: true } });
  }

  advance(nowMs: number): void {
    if (this.#state.kind === 'away') return;
    if (nowMs - this.#beatHeardAtMs >= BEATS_MISSED_MS) {
      this.#command({ do: 'reconnect' });
      this.#away();
      return;
    }
    if (this.#beatDueAtMs <= nowMs) this.#beat(nowMs);
    if (this.#state.kind === 'reading' && this.#state.untilMs <= nowMs) this.#read(nowMs);
  }

  deadline(): Deadline | undefined {
    if (this.#state.kind === 'away') return undefined;
    const beat = { atMs: this.#beatDueAtMs, reason: 'beat' };
    const silence = { atMs: this.#beatHeardAtMs + BEATS_MISSED_MS, reason: 'no beat' };
    const read = this.#state.kind === 'reading' ? { atMs: this.#state.untilMs, reason: 'read' } : undefined;
    return earlier(earlier(beat, silence), read);
  }

  poll(): SharedOutput | undefined {
    return this.#outputs.shift();
  }

  #beat(nowMs: number): void {
    this.#beatDueAtMs = nowMs + BEAT_MS;
    this.#command({ do: 'publish', text: this.#beatText });
  }

  #read(nowMs: number): void {
    const heardOf = this.#state.kind === 'reading' ? this.#state.heardOf : new Set<string>();
    this.#state = { kind: 'reading', untilMs: nowMs + READ_TIMEOUT_MS, heardOf };
    this.#command({ do: 'read' });
  }

  #away(): void {
    const wasAway = this.#state.kind === 'away';
    this.#state = { kind: 'away' };
    if (!wasAway) this.#outputs.push({ kind: 'tell', message: { type: 'sharing', isSharing: false } });
  }

  /** Outlives the nodes that know of it, and the schedulers: the next publication has to be newer than any before. */
  #raise(wallMs: number, word: NewsWord): void {
    const epoch = newestOf(word);
    if (epoch <= this.#raisedTo || !isBelieved(epoch, wallMs)) return;
    this.#raisedTo = epoch;
    this.#command({ do: 'raise', epoch });
  }

  #tellHeard(newestEpoch?: number): void {
    if (this.#heard.length === 0 && this.#wrong === 0 && newestEpoch === undefined) return;
    const message: Heard = {
      type: 'heard',
      words: this.#heard,
      wrong: this.#wrong,
      ...(newestEpoch !== undefined && { newestEpoch }),
    };
    this.#outputs.push({ kind: 'tell', message });
    this.#heard = [];
    this.#wrong = 0;
  }

  #command(command: RegistryCommand): void {
    this.#outputs.push({ kind: 'command', command });
  }

  /** Of one scheduler and one node; names of nodes have no slash. */
  #keyOf(node: string): string {
    return `${this.#from}/${node}`;
  }
}

function isEpoch(number: number): boolean {
  return Number.isSafeInteger(number) && number > 0;
}

function newestOf(word: NewsWord): number {
  if (word.kind === 'stream') return word.change.epoch;
  return word.kind === 'left' ? 0 : word.facts.streams.reduce((most, { epoch }) => Math.max(most, epoch), 0);
}

function nodeOf(word: NewsWord): string {
  if (word.kind === 'node') return word.facts.node;
  return word.kind === 'left' ? word.node : word.change.node;
}
