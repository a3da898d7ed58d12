/** Two protocol cores on the two ends of a virtual line. */

import type { Timer } from '../transports/clock.ts';
import type { Path } from '../transports/udp/path.ts';
import type { DatagramSocket } from '../transports/udp/port.ts';
import type { LineCore } from './bench/line-end.ts';
import type { VirtualNetwork } from './network.ts';
import type { VirtualClock } from './virtual-clock.ts';

const PORT = 7100;
/** A timer that is set by a difference may ring a rounding error early. */
const TIMER_MIN_MS = 0.001;

export class VirtualLineEnd {
  readonly #clock: VirtualClock;
  readonly #socket: DatagramSocket;
  #core: LineCore | undefined;
  #timer: Timer | undefined;

  constructor(clock: VirtualClock, network: VirtualNetwork, address: string) {
    this.#clock = clock;
    this.#socket = network.open({
      addresses: [address],
      port: PORT,
      sink: {
        receive: (bytes, path) => this.#core?.receive(clock.nowMs(), bytes, path),
        batchEnd: () => this.settle(),
      },
    });
  }

  pathTo(remoteAddress: string): Path {
    return { localAddress: this.#socket.addresses[0]!, remoteAddress, remotePort: PORT };
  }

  get bytesSent(): number {
    return this.#socket.counters.bytesSent;
  }

  run(core: LineCore): void {
    this.#core = core;
    this.settle();
  }

  /** Does what is due, sends what there is, and waits for what comes next. */
  settle(): void {
    const core = this.#core;
    if (core === undefined) return;
    const nowMs = this.#clock.nowMs();
    if ((core.deadlineMs ?? Number.POSITIVE_INFINITY) <= nowMs) core.advance(nowMs);
    for (let out = core.poll(nowMs); out !== undefined; out = core.poll(nowMs))
      this.#socket.send(out.bytes, out.path);
    this.#timer?.cancel();
    const { deadlineMs } = core;
    if (deadlineMs !== undefined)
      this.#timer = this.#clock.setTimer(Math.max(TIMER_MIN_MS, deadlineMs - nowMs), () => this.settle());
  }

  async close(): Promise<void> {
    this.#timer?.cancel();
    this.#core = undefined;
    await this.#socket.close();
  }
}
