/** A clock to turn by hand, randomness with a seed, and a network between a few hosts on them. */

import type { LinkSettings } from '../../simulations/impairment.ts';
import { VirtualNetwork } from '../../simulations/network.ts';
import type { Clock } from '../../transports/clock.ts';
import type { Random } from '../../transports/random.ts';
import type { Path } from '../../transports/udp/path.ts';
import type { DatagramSocket } from '../../transports/udp/port.ts';

export class HandClock implements Clock {
  #nowMs = 0;
  #timers: { atMs: number; fire: () => void }[] = [];

  nowMs(): number {
    return this.#nowMs;
  }

  wallMs(): number {
    return this.#nowMs;
  }

  setTimer(delayMs: number, fire: () => void) {
    const timer = { atMs: this.#nowMs + Math.max(0, delayMs), fire };
    this.#timers.push(timer);
    return {
      cancel: () => {
        this.#timers = this.#timers.filter(other => other !== timer);
      },
    };
  }

  get pendingTimers(): number {
    return this.#timers.length;
  }

  /** Turns the clock to `atMs`, firing on the way what is due, in the order of time. */
  turnTo(atMs: number): void {
    for (;;) {
      const due = this.#timers.filter(timer => timer.atMs <= atMs).sort((a, b) => a.atMs - b.atMs)[0];
      if (due === undefined) break;
      this.#timers = this.#timers.filter(other => other !== due);
      this.#nowMs = due.atMs;
      due.fire();
    }
    this.#nowMs = atMs;
  }
}

/** A small generator (a Weyl sequence and a mixer), good enough to draw weather from. */
export function seededRandom(seed: number): Random {
  let state = seed >>> 0;
  const uint32 = () => {
    state = (state + 0x9e3779b9) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 16), 0x21f0aaad);
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97);
    return (mixed ^ (mixed >>> 15)) >>> 0;
  };
  return {
    uint32,
    unit: () => uint32() / 2 ** 32,
    bytes: count => Uint8Array.from({ length: count }, uint32),
  };
}

export interface Arrival {
  readonly atMs: number;
  readonly number: number;
  readonly path: Path;
}

export const EAST = '192.0.2.1';
export const WEST = '198.51.100.1';
export const PORT = 7000;

/** Two hosts; east numbers what it sends to west. */
export function world(settings: LinkSettings = {}, seed = 1) {
  const clock = new HandClock();
  const network = new VirtualNetwork(clock, seededRandom(seed));
  network.impair(EAST, WEST, settings);
  const arrivals: Arrival[] = [];
  const batches: number[] = [];
  let inBatch = 0;
  const east: DatagramSocket = network.open({ addresses: [EAST], port: PORT, sink: ignore });
  const west = network.open({
    addresses: [WEST],
    port: PORT,
    sink: {
      receive(bytes, path) {
        inBatch += 1;
        arrivals.push({ atMs: clock.nowMs(), number: Buffer.from(bytes).readUInt32BE(0), path });
      },
      batchEnd() {
        batches.push(inBatch);
        inBatch = 0;
      },
    },
  });
  let sent = 0;
  const send = (count = 1, byteCount = 100) => {
    for (let i = 0; i < count; i += 1) {
      const bytes = Buffer.alloc(byteCount);
      bytes.writeUInt32BE(sent);
      sent += 1;
      east.send(bytes, eastToWest);
    }
  };
  return { clock, network, east, west, arrivals, batches, send };
}

export const eastToWest: Path = { localAddress: EAST, remoteAddress: WEST, remotePort: PORT };
export const ignore = { receive: () => {}, batchEnd: () => {} };
