/**
 * The loop of one core: hands datagrams and commands to the media plane, then drains what it has to say, and arms one
 * timer for its first deadline. One mutation, then drain, until the next.
 */
import type { Clock, Timer } from '../../transports/clock.ts';
import type { Path } from '../../transports/udp/path.ts';
import type { DatagramSink, DatagramSocket } from '../../transports/udp/port.ts';
import type { LinkCommand, MediaCommand } from '../forwarding/commands.ts';
import type { InboundOptions } from '../forwarding/crossings.ts';
import type { MediaPlane } from '../forwarding/plane.ts';
import type { Address } from '../runtime/address.ts';
import type { Message } from '../runtime/behaviour.ts';
import { HandshakeTurns } from './handshake-turns.ts';

/** Past this a timer would fire at once (2^31 ms); nothing here waits so long. */
const MAX_TIMER_MS = 60_000;

export interface MediaLoopOptions {
  readonly plane: MediaPlane;
  readonly clock: Clock;
  readonly notify: (to: Address, message: Message) => void;
  /** Calls once, in the next turn of the event loop. */
  readonly nextTurn: (run: () => void) => void;
}

export class MediaLoop implements DatagramSink {
  readonly #plane: MediaPlane;
  readonly #clock: Clock;
  readonly #notify: (to: Address, message: Message) => void;
  readonly #handshakes: HandshakeTurns;
  #socket: DatagramSocket | undefined;
  #relaySocket: DatagramSocket | undefined;
  #timer: Timer | undefined;
  #timerAtMs = Number.POSITIVE_INFINITY;

  constructor({ plane, clock, notify, nextTurn }: MediaLoopOptions) {
    this.#plane = plane;
    this.#clock = clock;
    this.#notify = notify;
    this.#handshakes = new HandshakeTurns({
      nextTurn,
      take: steps => plane.shakeHands(clock.nowMs(), steps),
      onTurn: () => this.#settle(),
    });
  }

  attach(socket: DatagramSocket): void {
    this.#socket = socket;
  }

  attachRelay(socket: DatagramSocket): void {
    this.#relaySocket = socket;
  }

  /** What the relay's port brings. */
  get relaySink(): DatagramSink {
    return {
      receive: (bytes, path) => this.#plane.receiveRelay(this.#clock.nowMs(), bytes, path),
      batchEnd: () => this.#settle(),
    };
  }

  /** What the queues from other cores bring. */
  get queueSink(): Pick<InboundOptions, 'onEntry' | 'onFault' | 'onBatchEnd'> {
    return {
      onEntry: (from, entry) => this.#plane.receiveCrossed(this.#clock.nowMs(), from, entry),
      onFault: (from, error) => this.#plane.queueFault(from, error),
      onBatchEnd: () => this.#settle(),
    };
  }

  receive(bytes: Uint8Array, path: Path): void {
    this.#plane.receive(this.#clock.nowMs(), bytes, path);
  }

  batchEnd(): void {
    this.#settle();
  }

  command(command: MediaCommand | LinkCommand, from: Address): void {
    this.#plane.command(this.#clock.nowMs(), command, from);
    this.#settle();
  }

  stop(): void {
    this.#handshakes.stop();
    this.#timer?.cancel();
    this.#timer = undefined;
    this.#socket = undefined;
    this.#relaySocket = undefined;
  }

  /** Media leaves before any time goes into handshakes. */
  #settle(): void {
    this.#drain();
    if (this.#handshakes.go()) this.#drain();
    this.#arm();
  }

  #drain(): void {
    const socket = this.#socket;
    const relaySocket = this.#relaySocket;
    this.#plane.settle(this.#clock.nowMs());
    this.#plane.drainRelayDatagrams((bytes, path, dontFragment) =>
      relaySocket?.send(bytes, path, dontFragment),
    );
    this.#plane.drainDatagrams((bytes, path) => socket?.send(bytes, path));
    socket?.flush();
    relaySocket?.flush();
    for (let notice = this.#plane.pollNotice(); notice !== undefined; notice = this.#plane.pollNotice()) {
      this.#notify(notice.to, notice.message);
    }
  }

  #arm(): void {
    const atMs = this.#plane.deadlineAtMs() ?? Number.POSITIVE_INFINITY;
    if (atMs === this.#timerAtMs && this.#timer !== undefined) return;
    this.#timer?.cancel();
    this.#timer = undefined;
    this.#timerAtMs = atMs;
    if (atMs === Number.POSITIVE_INFINITY || this.#socket === undefined) return;
    const delayMs = Math.min(MAX_TIMER_MS, atMs - this.#clock.nowMs());
    this.#timer = this.#clock.setTimer(delayMs, () => {
      this.#timer = undefined;
      this.#plane.advance(this.#clock.nowMs());
      this.#settle();
    });
  }
}
