/**
 * One connection to another node, from the first word to the last: sans-IO, and at most one epoch of a link.
 *
 * Both sides say hello. Whether the connection becomes the link of the two nodes is for the node with the smaller name
 * to decide, so that two which dial each other at once agree: it says keep, and the link is up on either side. The
 * owner (node-links.ts) knows the other connections, and is asked by the outputs `greeted` and `kept`.
 */
import { type Deadline, earlier } from '../clock.ts';
import {
  beatFrame,
  byeFrame,
  type Frame,
  helloFrame,
  itemsFrame,
  keepFrame,
  type Parts,
  parseFrame,
} from './frame.ts';
import type { Hello } from './hello.ts';
import { GREETING_MAX_MS, HEARTBEAT_INTERVAL_MS, ITEM_MAX_BYTES, SILENCE_MAX_MS } from './limits.ts';
import type { LinkCounters } from './link-counters.ts';
import type { LinkEnd } from './link-end.ts';
import { Outbox } from './outbox.ts';
import { commonVersion, formatVersions } from './versions.ts';

export interface Peer extends Omit<Hello, 'versions'> {
  /** The version of the protocol that is spoken. */
  readonly version: number;
  /** Grows with every connection that the side which dials begins. */
  readonly epoch: number;
}

export interface NodeLinkOptions<Item> {
  readonly self: Hello;
  readonly role: 'dialler' | 'listener';
  readonly epoch: number;
  readonly isItem: (value: unknown) => value is Item;
  readonly counters: LinkCounters;
}

export type NodeLinkOutput<Item> =
  /** Their hello is here, and a version is found. To be refused with `end`, else to be kept with `keep` by the leader. */
  | { readonly kind: 'greeted'; readonly peer: Peer }
  /** The leader keeps the connection. To be answered with `raise` or `end`. */
  | { readonly kind: 'kept'; readonly peer: Peer }
  | { readonly kind: 'items'; readonly items: readonly Item[] }
  /** An item that cannot be sent was dropped: the fault of whoever posted it. */
  | { readonly kind: 'fault'; readonly words: string }
  /** The last output. The farewell is worth one attempt to send it. */
  | { readonly kind: 'ended'; readonly end: LinkEnd; readonly farewell: Parts | undefined };

type State =
  /** Until their hello comes. */
  | { readonly kind: 'greeting'; readonly untilMs: number }
  /** Until the leader decides. */
  | { readonly kind: 'greeted'; readonly untilMs: number }
  | { readonly kind: 'up'; heardAtMs: number; sentAtMs: number }
  | { readonly kind: 'ended' };

export class NodeLink<Item> {
  readonly #options: NodeLinkOptions<Item>;
  readonly #outputs: NodeLinkOutput<Item>[] = [];
  /** Frames that are not items; they go first. */
  readonly #control: Parts[] = [];
  readonly #outbox = new Outbox();
  #state: State;
  #node: string | undefined;
  #peer: Peer | undefined;

  constructor(nowMs: number, options: NodeLinkOptions<Item>) {
    this.#options = options;
    this.#state = { kind: 'greeting', untilMs: nowMs + GREETING_MAX_MS };
    if (options.role === 'dialler') this.#control.push(helloFrame(options.epoch, options.self));
  }

  /** Who is at the other end, as soon as they have said so; it stays known after the end, like `peer`. */
  get node(): string | undefined {
    return this.#node;
  }

  /** Known from `greeted` on. */
  get peer(): Peer | undefined {
    return this.#peer;
  }

  /** Whether `transmit` has something. */
  get hasFrames(): boolean {
    return this.#control.length > 0 || this.#outbox.length > 0;
  }

  /** Whether the decision about this connection is ours. Only of one that has been greeted. */
  get leads(): boolean {
    return this.#node !== undefined && this.#options.self.node < this.#node;
  }

  receive(nowMs: number, parts: readonly Uint8Array[]): void {
    if (this.#state.kind === 'ended') return;
    const { counters, epoch } = this.#options;
    counters.framesReceived += 1;
    const frame = parseFrame(parts);
    if (frame.kind === 'none') {
      this.#bad(frame.words);
    } else if (frame.epoch !== epoch) {
      counters.staleFrames += 1;
    } else {
      if (this.#state.kind === 'up') this.#state.heardAtMs = nowMs;
      this.#take(nowMs, frame);
    }
  }

  /** The leader's decision for a connection that has been greeted: the link is up. */
  keep(nowMs: number): void {
    if (this.#state.kind !== 'greeted') return;
    this.#control.push(keepFrame(this.#options.epoch));
    this.raise(nowMs);
  }

  /** Takes the leader's decision as it was `kept`: the link is up. */
  raise(nowMs: number): void {
    if (this.#state.kind !== 'greeted') return;
    this.#state = { kind: 'up', heardAtMs: nowMs, sentAtMs: nowMs };
  }

  /** Sends an item in its turn, as it is now. Does nothing unless the link is up. */
  post(item: Item): void {
    if (this.#state.kind !== 'up') return;
    const text = jsonOf(item);
    const sizeBytes = text === undefined ? 0 : Buffer.byteLength(text);
    if (text === undefined || sizeBytes > ITEM_MAX_BYTES) {
      this.#options.counters.itemFaults += 1;
      const words =
        text === undefined ? 'is no plain data' : `is of ${sizeBytes} bytes, over ${ITEM_MAX_BYTES}`;
      this.#outputs.push({ kind: 'fault', words });
    } else if (!this.#outbox.put(text, sizeBytes)) {
      this.#options.counters.outboxOverflows += 1;
      // Leaving out what has no room would break the order that the link promises.
      this.end({ code: 'outbox full', words: 'more waited for it than a link holds' });
    }
  }

  /** Ends the connection from our side. */
  end({ code, words }: Omit<LinkEnd, 'by'>): void {
    const { epoch, self } = this.#options;
    this.#end({ code, words, by: 'us' }, byeFrame(epoch, self.node, { code, words }));
  }

  /** The connection is gone: there is nobody to say farewell to. */
  lost({ code, words }: Omit<LinkEnd, 'by'>): void {
    this.#end({ code, words, by: 'us' }, undefined);
  }

  /** The next frame for a transport that can take one. What is posted meanwhile goes into the one after it. */
  transmit(nowMs: number): Parts | undefined {
    const control = this.#control.shift();
    const batch = control === undefined ? this.#outbox.take() : undefined;
    const parts = control ?? (batch && itemsFrame(this.#options.epoch, batch.body));
    if (parts === undefined) return undefined;
    this.#options.counters.framesSent += 1;
    this.#options.counters.itemsSent += batch?.itemCount ?? 0;
    if (this.#state.kind === 'up') this.#state.sentAtMs = nowMs;
    return parts;
  }

  advance(nowMs: number): void {
    const state = this.#state;
    if (state.kind === 'ended') return;
    if (state.kind !== 'up') {
      if (nowMs >= state.untilMs)
        this.end({ code: 'silent', words: `no greeting within ${GREETING_MAX_MS} ms` });
      return;
    }
    if (nowMs >= state.heardAtMs + SILENCE_MAX_MS) {
      this.end({ code: 'silent', words: `not heard for ${Math.round(nowMs - state.heardAtMs)} ms` });
    } else if (nowMs >= state.sentAtMs + HEARTBEAT_INTERVAL_MS && !this.hasFrames) {
      this.#control.push(beatFrame(this.#options.epoch));
    }
  }

  deadline(): Deadline | undefined {
    const state = this.#state;
    if (state.kind === 'ended') return undefined;
    if (state.kind !== 'up') return { atMs: state.untilMs, reason: 'link greeting' };
    const silence: Deadline = { atMs: state.heardAtMs + SILENCE_MAX_MS, reason: 'link silence' };
    // What waits already will do as a heartbeat, as soon as the transport takes it.
    if (this.hasFrames) return silence;
    return earlier(silence, { atMs: state.sentAtMs + HEARTBEAT_INTERVAL_MS, reason: 'link heartbeat' });
  }

  poll(): NodeLinkOutput<Item> | undefined {
    return this.#outputs.shift();
  }

  #take(nowMs: number, frame: Frame): void {
    const { kind } = this.#state;
    switch (frame.kind) {
      case 'hello':
        return kind === 'greeting' ? this.#greet(nowMs, frame.hello) : this.#bad('a second hello');
      case 'keep':
        return kind === 'greeted' && !this.leads ? this.#kept() : this.#bad('a decision out of turn');
      case 'items':
        return kind === 'up' ? this.#items(frame.items) : this.#bad('items before the link was up');
      case 'beat':
        return kind === 'up' ? undefined : this.#bad('a heartbeat before the link was up');
      case 'bye':
        this.#node ??= frame.node;
        return this.#end({ code: frame.code, words: frame.words, by: 'them' }, undefined);
      default:
        frame satisfies never;
    }
  }

  #greet(nowMs: number, hello: Hello): void {
    const { self, role, epoch } = this.#options;
    const version = commonVersion(self.versions, hello.versions);
    this.#node = hello.node;
    if (version === undefined) {
      // The same words go to both sides' logs, so they name both nodes.
      const words = `${self.node} speaks ${formatVersions(self.versions)} of the protocol, ${hello.node} ${formatVersions(hello.versions)}`;
      this.end({ code: 'version', words });
      return;
    }
    if (role === 'listener') this.#control.push(helloFrame(epoch, self));
    const { versions: _, ...rest } = hello;
    this.#peer = { ...rest, version, epoch };
    this.#state = { kind: 'greeted', untilMs: nowMs + GREETING_MAX_MS };
    this.#outputs.push({ kind: 'greeted', peer: this.#peer });
  }

  #kept(): void {
    this.#outputs.push({ kind: 'kept', peer: this.#peer! });
  }

  #items(values: readonly unknown[]): void {
    const { isItem, counters } = this.#options;
    const wrongAt = values.findIndex(value => !isItem(value));
    const items = (wrongAt < 0 ? values : values.slice(0, wrongAt)) as readonly Item[];
    counters.itemsReceived += items.length;
    if (items.length > 0) this.#outputs.push({ kind: 'items', items });
    if (wrongAt >= 0) this.#bad('an item that is none');
  }

  #bad(words: string): void {
    this.#options.counters.badFrames += 1;
    this.end({ code: 'bad frame', words });
  }

  #end(end: LinkEnd, farewell: Parts | undefined): void {
    if (this.#state.kind === 'ended') return;
    this.#state = { kind: 'ended' };
    this.#control.length = 0;
    this.#outbox.clear();
    this.#outputs.push({ kind: 'ended', end, farewell });
  }
}

/** Undefined for what has no JSON: functions, cycles, BigInts. */
function jsonOf(item: unknown): string | undefined {
  try {
    return JSON.stringify(item);
  } catch {
    return undefined;
  }
}
