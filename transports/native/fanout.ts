/** The fan-out of the native engine: a batch of packets and a group of viewers in one call. */
import { type Clock, systemClock } from '../clock.ts';
import { BatchedGroup, type GroupMembers } from '../fanout/batched-group.ts';
import type { Fanout, FanoutPacket, Outlet, OutletTerms } from '../fanout/port.ts';
import { generationIndex } from '../memory/slab-memory.ts';
import type { SlabPacket } from '../memory/slab-packet.ts';
import { type ExtensionIds, type ExtensionName, ourExtensionIds } from '../rtp/header-extensions.ts';
import { PlainTransform } from '../srtp/plain.ts';
import type { SrtpTransform } from '../srtp/port.ts';
import type { Path } from '../udp/path.ts';
import type { DatagramSocket } from '../udp/port.ts';
import type { NativeAddon, NativeGroup, NativeOutlet } from './addon.ts';
import { NativeSrtpTransform } from './srtp.ts';
import { NativeUdpSocket } from './udp.socket.ts';

/** What the addon is told of each packet of a group. */
const FACTS_OF_PACKET = 5;
/** Ids that one-byte headers can carry (RFC 8285 section 4.2). */
const EXTENSION_ID_MAX = 14;
/**
 * How old a packet may be that is sent from where it lies, in place of being copied first. While the kernel takes it, its slab's
 * writer must not come round to it. That has all of the track's share before it, 2 MiB of video (forwarding/slab-quotas.ts): at
 * what a class has, seconds; at the most that a publisher may be allowed, 100 Mbit/s and a quarter, 130 ms. Of these this leaves
 * 80 for the sending, which takes some ms.
 */
const IN_PLACE_MAX_AGE_MS = 50;

export class NativeFanout implements Fanout {
  readonly #addon: NativeAddon;
  readonly #clock: Clock;
  readonly #toFlush: BatchedGroup<AddonOutlet>[] = [];
  #socket: NativeUdpSocket | undefined;
  readonly #currentSocket = () => this.#socket;

  /** `clock` is that by which packets were written. */
  constructor(addon: NativeAddon, clock = systemClock) {
    this.#addon = addon;
    this.#clock = clock;
  }

  get overwritten(): number {
    return this.#socket?.overwritten ?? 0;
  }

  get torn(): number {
    return this.#socket?.torn ?? 0;
  }

  attach(socket: DatagramSocket): void {
    if (!(socket instanceof NativeUdpSocket)) throw new TypeError('a socket of another engine');
    this.#socket = socket;
  }

  openOutlet(srtp: SrtpTransform, terms: OutletTerms): AddonOutlet {
    const isPlain = srtp instanceof PlainTransform;
    if (!isPlain && !(srtp instanceof NativeSrtpTransform)) throw new TypeError('SRTP of another engine');
    const native = isPlain ? undefined : srtp.native;
    const { ssrc, rtxSsrc, payloadTypes, rtxPayloadTypes, extensionIds } = terms;
    const ids = extensionIds && extensionTable(extensionIds);
    const { NativeOutlet } = this.#addon;
    const outlet = new NativeOutlet(native, ssrc, rtxSsrc, payloadTypes, rtxPayloadTypes, ids);
    return new AddonOutlet(outlet, isPlain, this.#currentSocket);
  }

  openGroup(): BatchedGroup<AddonOutlet> {
    const members = new AddonMembers(new this.#addon.NativeGroup(), this.#clock, this.#currentSocket);
    return new BatchedGroup(members, group => this.#toFlush.push(group));
  }

  flush(): void {
    for (const group of this.#toFlush.splice(0)) group.flush();
  }
}

class AddonOutlet implements Outlet {
  readonly native: NativeOutlet;
  /** Whether what it sends is not sealed. */
  readonly isPlain: boolean;
  readonly #socket: () => NativeUdpSocket | undefined;

  constructor(native: NativeOutlet, isPlain: boolean, socket: () => NativeUdpSocket | undefined) {
    this.native = native;
    this.isPlain = isPlain;
    this.#socket = socket;
  }

  lead(path: Path): void {
    this.#socket()?.lead(this.native, path);
  }

  setNumberOffset(offset: number): void {
    this.native.setNumberOffset(offset & 0xffff);
  }

  send({ bytes, stored }: FanoutPacket, sequenceNumber: number, timestamp: number): void {
    const { words, index, generation } = pageOf(stored, this.#socket());
    this.native.send(bytes, sequenceNumber & 0xffff, timestamp | 0, words, index, generation);
  }

  sendRtx(
    { bytes, stored }: FanoutPacket,
    sequenceNumber: number,
    timestamp: number,
    rtxSequenceNumber: number,
  ): void {
    const { words, index, generation } = pageOf(stored, this.#socket());
    const number = sequenceNumber & 0xffff;
    this.native.sendRtx(bytes, number, timestamp | 0, words, index, generation, rtxSequenceNumber);
  }
}

class AddonMembers implements GroupMembers<AddonOutlet> {
  readonly #group: NativeGroup;
  readonly #clock: Clock;
  readonly #socket: () => NativeUdpSocket | undefined;
  #plainMembers = 0;
  #facts = new Int32Array(0);

  constructor(group: NativeGroup, clock: Clock, socket: () => NativeUdpSocket | undefined) {
    this.#group = group;
    this.#clock = clock;
    this.#socket = socket;
  }

  add({ native, isPlain }: AddonOutlet): void {
    this.#group.add(native);
    if (isPlain) this.#plainMembers += 1;
  }

  remove({ native, isPlain }: AddonOutlet): void {
    this.#group.remove(native);
    if (isPlain) this.#plainMembers -= 1;
  }

  send(packets: readonly FanoutPacket[], padding: readonly number[]): void {
    const facts = this.#factsOf(packets.length);
    const socket = this.#socket();
    const pages = packets.map(({ stored }) => pageOf(stored, socket));
    for (const [i, { sequenceNumber, timestamp }] of packets.entries()) {
      const { index, generation } = pages[i]!;
      const at = i * FACTS_OF_PACKET;
      // What is extended is cut to 32 bits by the array.
      facts[at] = sequenceNumber;
      facts[at + 1] = timestamp;
      facts[at + 2] = padding[i]!;
      facts[at + 3] = index;
      facts[at + 4] = generation;
    }
    this.#group.send(
      packets.map(({ bytes }) => bytes),
      pages.map(({ words }) => words),
      facts,
      this.#plainMembers > 0 ? this.#stays(packets) : undefined,
    );
  }

  /** Room for the facts of so many packets; what the addon is given of JavaScript's own heap is moved out of it first. */
  #factsOf(packets: number): Int32Array {
    const length = packets * FACTS_OF_PACKET;
    if (this.#facts.length < length) this.#facts = new Int32Array(2 * length);
    return this.#facts;
  }

  /** Which packets lie in a slab, with its writer far from coming round to them. */
  #stays(packets: readonly FanoutPacket[]): Uint8Array {
    const writtenAfterMs = this.#clock.nowMs() - IN_PLACE_MAX_AGE_MS;
    const socket = this.#socket();
    return Uint8Array.from(packets, ({ bytes, stored }) => {
      if (stored?.writtenAtMs === undefined || stored.writtenAtMs < writtenAfterMs) return 0;
      socket?.keep(bytes);
      return 1;
    });
  }
}

const ownPage = { words: undefined, index: 0, generation: 0 } as const;

/** Where the addon finds out whether another thread has overwritten the packet. */
function pageOf(stored: SlabPacket | undefined, socket: NativeUdpSocket | undefined) {
  const words = stored?.words;
  if (stored === undefined || words === undefined) return ownPage;
  socket?.keep(words);
  const { position, generation } = stored.reference;
  return { words, index: generationIndex(position), generation };
}

/** By our id the viewer's, 0 for what it does not take. */
function extensionTable(ids: ExtensionIds): Uint8Array {
  const table = new Uint8Array(16);
  for (const name of Object.keys(ourExtensionIds) as ExtensionName[]) {
    const id = ids[name];
    if (id !== undefined && id >= 1 && id <= EXTENSION_ID_MAX) table[ourExtensionIds[name]] = id;
  }
  return table;
}
