/** One end of a bench's line: a core on a real UDP socket, with a seeded impairment before what it receives. */
import type { Clock, Timer } from '../../transports/clock.ts';
import type { Random } from '../../transports/random.ts';
import type { Path } from '../../transports/udp/path.ts';
import type { DatagramSink } from '../../transports/udp/port.ts';
import { openUdp, type UdpSocket } from '../../transports/udp/udp.socket.ts';
import { DeliveryQueue } from '../delivery-queue.ts';
import { Impairment, type LinkSettings } from '../impairment.ts';

const ADDRESS = '127.0.0.1';
/** What a busy loop may be late by without losing datagrams that the impairment has not. */
const SOCKET_BUFFER_BYTES = 4 * 1024 * 1024;

/** A protocol between two of these, as every core is: one call, then poll until there is nothing. */
export interface LineCore {
  receive(nowMs: number, bytes: Uint8Array, path: Path): void;
  advance(nowMs: number): void;
  readonly deadlineMs: number | undefined;
  poll(nowMs: number): { readonly bytes: Uint8Array; readonly path: Path } | undefined;
}

export class LineEnd implements DatagramSink {
  readonly #clock: Clock;
  readonly #impairment: Impairment;
  readonly #coming = new DeliveryQueue<{ readonly bytes: Uint8Array; readonly path: Path }>();
  #socket: UdpSocket | undefined;
  #core: LineCore | undefined;
  #timer: { readonly atMs: number; readonly timer: Timer } | undefined;

  private constructor(clock: Clock, random: Random, settings: LinkSettings) {
    this.#clock = clock;
    this.#impairment = new Impairment(settings, random);
  }

  static async open(clock: Clock, random: Random, settings: LinkSettings): Promise<LineEnd> {
    const end = new LineEnd(clock, random, settings);
    end.#socket = await openUdp({
      port: 0,
      addresses: [ADDRESS],
      sink: end,
      receiveBufferBytes: SOCKET_BUFFER_BYTES,
      sendBufferBytes: SOCKET_BUFFER_BYTES,
    });
    return end;
  }

  /** From here to the other end. */
  pathTo(other: LineEnd): Path {
    return { localAddress: ADDRESS, remoteAddress: ADDRESS, remotePort: other.#socket!.port };
  }

  get bytesSent(): number {
    return this.#socket?.counters.bytesSent ?? 0;
  }

  /** From here on the line does this to what comes. */
  impair(settings: LinkSettings): void {
    this.#impairment.change(settings);
  }

  run(core: LineCore): void {
    this.#core = core;
    this.settle();
  }

  receive(bytes: Uint8Array, path: Path): void {
    const nowMs = this.#clock.nowMs();
    for (const atMs of this.#impairment.offer(nowMs, bytes.length))
      this.#coming.push(atMs, { bytes: bytes.slice(), path });
  }

  batchEnd(): void {
    this.settle();
  }

  /** Hands over what has arrived by now, sends what the core has to say, and waits for what comes next. */
  settle(): void {
    const core = this.#core;
    if (core === undefined || this.#socket === undefined) return;
    const nowMs = this.#clock.nowMs();
    for (let one = this.#coming.popDue(nowMs); one !== undefined; one = this.#coming.popDue(nowMs))
      core.receive(nowMs, one.bytes, one.path);
    if ((core.deadlineMs ?? Number.POSITIVE_INFINITY) <= nowMs) core.advance(nowMs);
    for (let out = core.poll(nowMs); out !== undefined; out = core.poll(nowMs))
      this.#socket.send(out.bytes, out.path);
    this.#arm(nowMs);
  }

  async close(): Promise<void> {
    this.#timer?.timer.cancel();
    const socket = this.#socket;
    this.#socket = undefined;
    await socket?.close();
  }

  #arm(nowMs: number): void {
    const atMs = Math.min(
      this.#coming.nextAtMs ?? Number.POSITIVE_INFINITY,
      this.#core?.deadlineMs ?? Number.POSITIVE_INFINITY,
    );
    if (this.#timer?.atMs === atMs) return;
    this.#timer?.timer.cancel();
    this.#timer = undefined;
    if (atMs === Number.POSITIVE_INFINITY) return;
    const timer = this.#clock.setTimer(atMs - nowMs, () => {
      this.#timer = undefined;
      this.settle();
    });
    this.#timer = { atMs, timer };
  }
}
