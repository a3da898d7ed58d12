/** The fan-out of the native engine: a batch of packets and a group of viewers in one call. */
import { BatchedGroup, type GroupMembers } from '../fanout/batched-group.ts';
import type { Fanout, FanoutPacket, Outlet, OutletTerms } from '../fanout/port.ts';
import { generationIndex } from '../memory/slab-memory.ts';
import type { SlabPacket } from '../memory/slab-packet.ts';
import { type ExtensionIds, type ExtensionName, ourExtensionIds } from '../rtp/header-extensions.ts';
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

export class NativeFanout implements Fanout {
  readonly #addon: NativeAddon;
  readonly #toFlush: BatchedGroup<AddonOutlet>[] = [];
  #socket: NativeUdpSocket | undefined;
  readonly #currentSocket = () => this.#socket;

  constructor(addon: NativeAddon) {
    this.#addon = addon;
  }

  get overwritten(): number {
    return this.#socket?.overwritten ?? 0;
  }

  attach(socket: DatagramSocket): void {
    if (!(socket instanceof NativeUdpSocket)) throw new TypeError('a socket of another engine');
    this.#socket = socket;
  }

  openOutlet(srtp: SrtpTransform, terms: OutletTerms): AddonOutlet {
    if (!(srtp instanceof NativeSrtpTransform)) throw new TypeError('SRTP of another engine');
    const { ssrc, rtxSsrc, payloadTypes, rtxPayloadTypes, extensionIds } = terms;
    const ids = extensionIds && extensionTable(extensionIds);
    const { NativeOutlet } = this.#addon;
    const outlet = new NativeOutlet(srtp.native, ssrc, rtxSsrc, payloadTypes, rtxPayloadTypes, ids);
    return new AddonOutlet(outlet, this.#currentSocket);
  }

  openGroup(): BatchedGroup<AddonOutlet> {
    const members = new AddonMembers(new this.#addon.NativeGroup(), this.#currentSocket);
    return new BatchedGroup(members, group => this.#toFlush.push(group));
  }

  flush(): void {
    for (const group of this.#toFlush.splice(0)) group.flush();
  }
}

class AddonOutlet implements Outlet {
  readonly native: NativeOutlet;
  readonly #socket: () => NativeUdpSocket | undefined;

  constructor(native: NativeOutlet, socket: () => NativeUdpSocket | undefined) {
    this.native = native;
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
  readonly #socket: () => NativeUdpSocket | undefined;

  constructor(group: NativeGroup, socket: () => NativeUdpSocket | undefined) {
    this.#group = group;
    this.#socket = socket;
  }

  add({ native }: AddonOutlet): void {
    this.#group.add(native);
  }

  remove({ native }: AddonOutlet): void {
    this.#group.remove(native);
  }

  send(packets: readonly FanoutPacket[], padding: readonly number[]): void {
    const facts = new Int32Array(packets.length * FACTS_OF_PACKET);
    const socket = this.#socket();
    const pages = packets.map(({ stored }) => pageOf(stored, socket));
    for (const [i, { sequenceNumber, timestamp }] of packets.entries()) {
      const { index, generation } = pages[i]!;
      // What is extended is cut to 32 bits by the array.
      facts.set([sequenceNumber, timestamp, padding[i]!, index, generation], i * FACTS_OF_PACKET);
    }
    this.#group.send(
      packets.map(({ bytes }) => bytes),
      pages.map(({ words }) => words),
      facts,
    );
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
