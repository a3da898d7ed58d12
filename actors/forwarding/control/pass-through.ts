/**
 * No forwarding control: packets pass as they come, with the source's gaps, and late ones in their own places. To compare
 * with, and for a network that loses nothing (`media.forwardingControl: off`).
 */
import { type ForwardingControl, newControlCounters, type SourcePacket } from './forwarding-control.ts';

export class PassThrough implements ForwardingControl {
  readonly state = 'forwarding';
  readonly counters = newControlCounters();
  readonly #packets: SourcePacket[] = [];
  #wishes = false;

  receive(_nowMs: number, packet: SourcePacket): void {
    if (packet.afterLongGap) this.#wishes = true;
    this.#packets.push(packet);
  }

  deadline(): undefined {}

  advance(): void {}

  poll(): SourcePacket | undefined {
    return this.#packets.shift();
  }

  takeKeyframeWish(): boolean {
    const wishes = this.#wishes;
    this.#wishes = false;
    return wishes;
  }
}
