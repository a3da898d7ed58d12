/** One end of a line: a core on a socket, real or of a virtual network, with one timer for its deadline. */
import type { Clock, Timer } from '../../transports/clock.ts';
import type { Engine } from '../../transports/engine.ts';
import type { Path } from '../../transports/udp/path.ts';
import type { DatagramSink, DatagramSocket } from '../../transports/udp/port.ts';

export const LINE_ADDRESS = '127.0.0.1';
/** What a busy loop may be late by without losing datagrams that the impairment has not. */
export const SOCKET_BUFFER_BYTES = 4 * 1024 * 1024;
/** A timer that is set by a difference may ring a rounding error early; on a virtual clock time has to move on before the next. */
const TIMER_MIN_MS = 0.001;

export interface LineDatagram {
  readonly bytes: Uint8Array;
  readonly path: Path;
  readonly dontFragment?: boolean;
}

/** A protocol between two of these, as every core is: one call, then poll until there is nothing. */
export interface LineCore {
  receive(nowMs: number, bytes: Uint8Array, path: Path): void;
  advance(nowMs: number): void;
  readonly deadlineMs: number | undefined;
  poll(nowMs: number): LineDatagram | undefined;
}

export class LineEnd implements DatagramSink {
  readonly #clock: Clock;
  #socket: DatagramSocket | undefined;
  #core: LineCore | undefined;
  #timer: { readonly atMs: number; readonly timer: Timer } | undefined;

  private constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** On what is opened for it, as a virtual network does at once. */
  static on(clock: Clock, open: (sink: DatagramSink) => DatagramSocket): LineEnd {
    const end = new LineEnd(clock);
    end.#socket = open(end);
    return end;
  }

  /** On a real socket. */
  static async open(engine: Engine, clock: Clock): Promise<LineEnd> {
    const end = new LineEnd(clock);
    end.#socket = await engine.openSocket({
      port: 0,
      addresses: [LINE_ADDRESS],
      sink: end,
      receiveBufferBytes: SOCKET_BUFFER_BYTES,
      sendBufferBytes: SOCKET_BUFFER_BYTES,
    });
    return end;
  }

  get port(): number {
    return this.#socket!.port;
  }

  get bytesSent(): number {
    return this.#socket!.counters.bytesSent;
  }

  run(core: LineCore): void {
    this.#core = core;
    this.settle();
  }

  receive(bytes: Uint8Array, path: Path): void {
    this.#core?.receive(this.#clock.nowMs(), bytes, path);
  }

  batchEnd(): void {
    this.settle();
  }

  /** Sends what the core has to say, and waits for what comes next. */
  settle(): void {
    const core = this.#core;
    if (core === undefined || this.#socket === undefined) return;
    const nowMs = this.#clock.nowMs();
    if ((core.deadlineMs ?? Number.POSITIVE_INFINITY) <= nowMs) core.advance(nowMs);
    for (let out = core.poll(nowMs); out !== undefined; out = core.poll(nowMs))
      this.#socket.send(out.bytes, out.path, out.dontFragment);
    this.#socket.flush();
    this.#arm(nowMs);
  }

  async close(): Promise<void> {
    this.#timer?.timer.cancel();
    this.#core = undefined;
    await this.#socket?.close();
  }

  /** A timer that fires too early does no harm, and costs less than one that is set anew each time. */
  #arm(nowMs: number): void {
    const atMs = this.#core?.deadlineMs ?? Number.POSITIVE_INFINITY;
    if (atMs === Number.POSITIVE_INFINITY || (this.#timer !== undefined && this.#timer.atMs <= atMs)) return;
    this.#timer?.timer.cancel();
    const timer = this.#clock.setTimer(Math.max(TIMER_MIN_MS, atMs - nowMs), () => {
      this.#timer = undefined;
      this.settle();
    });
    this.#timer = { atMs, timer };
  }
}
