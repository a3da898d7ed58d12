/** The part of a group that both engines share: what is sent in a turn is kept together, and given to all members at once. */

import { paddingOf } from './padding.ts';
import type { FanoutPacket, Outlet, OutletGroup } from './port.ts';

/** The members as an engine has them. */
export interface GroupMembers<EngineOutlet extends Outlet> {
  add(outlet: EngineOutlet): void;
  remove(outlet: EngineOutlet): void;
  /** To every member each of the packets, with as much padding, if it may have any. */
  send(packets: readonly FanoutPacket[], padding: readonly number[]): void;
}

export class BatchedGroup<EngineOutlet extends Outlet> implements OutletGroup {
  readonly #members: GroupMembers<EngineOutlet>;
  readonly #hasPackets: (group: BatchedGroup<EngineOutlet>) => void;
  #packets: FanoutPacket[] = [];
  #size = 0;

  /** `hasPackets` is told of the first packet of a turn: the group is to be flushed at its end. */
  constructor(members: GroupMembers<EngineOutlet>, hasPackets: (group: BatchedGroup<EngineOutlet>) => void) {
    this.#members = members;
    this.#hasPackets = hasPackets;
  }

  get size(): number {
    return this.#size;
  }

  add(outlet: EngineOutlet): void {
    this.flush();
    this.#size += 1;
    this.#members.add(outlet);
  }

  remove(outlet: EngineOutlet): void {
    this.flush();
    this.#size -= 1;
    this.#members.remove(outlet);
  }

  send(packet: FanoutPacket): void {
    if (this.#size === 0) return;
    if (this.#packets.length === 0) this.#hasPackets(this);
    this.#packets.push(packet);
  }

  flush(): void {
    if (this.#packets.length === 0) return;
    const packets = this.#packets;
    this.#packets = [];
    this.#members.send(packets, paddingOf(packets.map(({ bytes }) => bytes.length)));
  }
}
