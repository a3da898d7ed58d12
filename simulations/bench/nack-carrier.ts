/** UDP with NACK, as media does it: messages go on as they come, and the receiver asks for what is missing. */
import { Fifo } from '../../transports/kcp/fifo.ts';
import { readUint32, writeUint32 } from '../../transports/rtp/byte-order.ts';

/** Kept to be sent again: half a minute of one stream. */
const HISTORY = 1_024;
/** Between two requests for one message: a round trip and what it varies by. */
const ASK_AGAIN_MS = 65;
const ASKS_MAX = 10;
const NUMBER_BYTES = 4;

export class NackSender {
  readonly outputs = new Fifo<Uint8Array>();
  readonly deadlineMs = undefined;
  readonly #history: (Uint8Array | undefined)[] = new Array<Uint8Array | undefined>(HISTORY).fill(undefined);
  #next = 0;

  send(message: Uint8Array): void {
    const datagram = new Uint8Array(NUMBER_BYTES + message.length);
    writeUint32(datagram, 0, this.#next);
    datagram.set(message, NUMBER_BYTES);
    this.#history[this.#next % HISTORY] = datagram;
    this.#next += 1;
    this.outputs.push(datagram);
  }

  /** The numbers that are missing. */
  receive(_nowMs: number, bytes: Uint8Array): void {
    for (let at = 0; at + NUMBER_BYTES <= bytes.length; at += NUMBER_BYTES) {
      const number = readUint32(bytes, at);
      const datagram = this.#history[number % HISTORY];
      if (datagram !== undefined && readUint32(datagram, 0) === number) this.outputs.push(datagram);
    }
  }

  advance(): void {}
}

export class NackReceiver {
  readonly outputs = new Fifo<Uint8Array>();
  readonly #onMessage: (nowMs: number, message: Uint8Array) => void;
  readonly #missing = new Map<number, { askAtMs: number; asks: number }>();
  #next = 0;

  constructor(onMessage: (nowMs: number, message: Uint8Array) => void) {
    this.#onMessage = onMessage;
  }

  get deadlineMs(): number | undefined {
    let firstMs: number | undefined;
    for (const { askAtMs } of this.#missing.values()) firstMs = Math.min(firstMs ?? askAtMs, askAtMs);
    return firstMs;
  }

  receive(nowMs: number, bytes: Uint8Array): void {
    const number = readUint32(bytes, 0);
    if (number < this.#next && !this.#missing.delete(number)) return;
    for (; this.#next < number; this.#next += 1) this.#missing.set(this.#next, { askAtMs: nowMs, asks: 0 });
    this.#next = Math.max(this.#next, number + 1);
    this.#onMessage(nowMs, bytes.subarray(NUMBER_BYTES));
    this.advance(nowMs);
  }

  advance(nowMs: number): void {
    const asked: number[] = [];
    for (const [number, one] of this.#missing) {
      if (one.askAtMs > nowMs) continue;
      if (one.asks === ASKS_MAX) this.#missing.delete(number);
      else asked.push(number);
      one.asks += 1;
      one.askAtMs = nowMs + ASK_AGAIN_MS;
    }
    if (asked.length === 0) return;
    const datagram = new Uint8Array(NUMBER_BYTES * asked.length);
    for (const [place, number] of asked.entries()) writeUint32(datagram, NUMBER_BYTES * place, number);
    this.outputs.push(datagram);
  }
}
