/** The fan-out of the portable engine: one viewer after the other, on Node's own cryptography. */
import { wrapRtx } from '../rtp/rtx.ts';
import type { SrtpTransform } from '../srtp/port.ts';
import type { Path } from '../udp/path.ts';
import { BatchedGroup, type GroupMembers } from './batched-group.ts';
import type { Fanout, FanoutPacket, Outlet, OutletTerms } from './port.ts';
import { viewerForm } from './viewer-form.ts';

export class PortableFanout implements Fanout {
  readonly #send: (bytes: Uint8Array, path: Path) => void;
  readonly #toFlush: BatchedGroup<PortableOutlet>[] = [];
  #overwritten = 0;
  /** All is copied first. */
  readonly torn = 0;

  /** What is sealed goes to `send`. */
  constructor(send: (bytes: Uint8Array, path: Path) => void) {
    this.#send = send;
  }

  get overwritten(): number {
    return this.#overwritten;
  }

  attach(): void {}

  openOutlet(srtp: SrtpTransform, terms: OutletTerms, onFault: (error: unknown) => void): PortableOutlet {
    const onOverwritten = () => {
      this.#overwritten += 1;
    };
    return new PortableOutlet({ srtp, terms, onFault, onOverwritten, send: this.#send });
  }

  openGroup(): BatchedGroup<PortableOutlet> {
    return new BatchedGroup(new PortableMembers(), group => this.#toFlush.push(group));
  }

  flush(): void {
    for (const group of this.#toFlush.splice(0)) group.flush();
  }
}

interface PortableOutletOptions {
  readonly srtp: SrtpTransform;
  readonly terms: OutletTerms;
  readonly onFault: (error: unknown) => void;
  readonly onOverwritten: () => void;
  readonly send: (bytes: Uint8Array, path: Path) => void;
}

class PortableOutlet implements Outlet {
  readonly #options: PortableOutletOptions;
  #path: Path | undefined;
  #numberOffset = 0;

  constructor(options: PortableOutletOptions) {
    this.#options = options;
  }

  lead(path: Path): void {
    this.#path = path;
  }

  setNumberOffset(offset: number): void {
    this.#numberOffset = offset;
  }

  send(packet: FanoutPacket, sequenceNumber: number, timestamp: number): void {
    this.#seal(this.#form(packet, sequenceNumber, timestamp, 0));
  }

  sendRtx(packet: FanoutPacket, sequenceNumber: number, timestamp: number, rtxSequenceNumber: number): void {
    const { rtxPayloadTypes, rtxSsrc } = this.#options.terms;
    const bytes = this.#form(packet, sequenceNumber, timestamp, 0);
    if (bytes === undefined) return;
    this.#seal(wrapRtx(bytes, rtxPayloadTypes[packet.bytes[1]! & 0x7f]!, rtxSsrc, rtxSequenceNumber));
  }

  /**
   * With the group. A viewer without RTX gets repetitions under the number of the first, and no two contents may be sealed under
   * one number: it gets no padding, which a repetition would not have.
   */
  sendWithGroup(packet: FanoutPacket, padding: number): void {
    const { onFault, terms } = this.#options;
    const mayPad = terms.rtxPayloadTypes[packet.bytes[1]! & 0x7f]! >= 0;
    try {
      const number = packet.sequenceNumber + this.#numberOffset;
      this.#seal(this.#form(packet, number, packet.timestamp, mayPad ? padding : 0));
    } catch (error) {
      onFault(error);
    }
  }

  #form(
    packet: FanoutPacket,
    sequenceNumber: number,
    timestamp: number,
    padding: number,
  ): Uint8Array | undefined {
    const { terms, onOverwritten } = this.#options;
    const bytes = viewerForm(packet, terms, sequenceNumber, timestamp, padding);
    if (bytes === undefined) onOverwritten();
    return bytes;
  }

  #seal(bytes: Uint8Array | undefined): void {
    if (bytes === undefined || this.#path === undefined) return;
    this.#options.send(this.#options.srtp.sealRtp(bytes), this.#path);
  }
}

class PortableMembers implements GroupMembers<PortableOutlet> {
  readonly #outlets = new Set<PortableOutlet>();

  add(outlet: PortableOutlet): void {
    this.#outlets.add(outlet);
  }

  remove(outlet: PortableOutlet): void {
    this.#outlets.delete(outlet);
  }

  send(packets: readonly FanoutPacket[], padding: readonly number[]): void {
    for (const outlet of this.#outlets)
      for (let i = 0; i < packets.length; i += 1) outlet.sendWithGroup(packets[i]!, padding[i]!);
  }
}
