/** An exchange without a link around it, and a peer made of bare KCP that may say anything. */
import { Kcp } from '../../../transports/kcp/kcp.ts';
import { Exchange, type ExchangeOutput } from '../../../transports/relay/exchange.ts';
import { CONVERSATION_OPTIONS } from '../../../transports/relay/limits.ts';
import { newLinkCounters } from '../../../transports/relay/link-output.ts';

export class OddPeer {
  readonly counters = newLinkCounters();
  readonly exchange = new Exchange(0, 'opener', this.counters);
  /** What the exchange said, data left out. */
  readonly outputs: ExchangeOutput[] = [];
  /** The control messages that it sent. */
  readonly heard: unknown[] = [];
  nowMs = 0;
  readonly #control = new Kcp({ ...CONVERSATION_OPTIONS, conversation: 0 });

  /** Sends bytes as a control message. */
  say(message: unknown): void {
    this.#control.send(
      this.nowMs,
      Buffer.from(typeof message === 'string' ? message : JSON.stringify(message)),
    );
    this.step();
  }

  /** The datagrams that carry messages of a conversation, the first that there are in it. */
  datagrams(conversation: number, messages: readonly Uint8Array[]): readonly Uint8Array[] {
    const kcp = new Kcp({ ...CONVERSATION_OPTIONS, conversation });
    for (const message of messages) kcp.send(this.nowMs, message);
    kcp.advance(this.nowMs);
    return drained(() => kcp.poll());
  }

  /** Lets a flush interval pass and carries what either has to say. */
  step(): void {
    this.nowMs += CONVERSATION_OPTIONS.intervalMs;
    this.#control.advance(this.nowMs);
    for (const datagram of drained(() => this.#control.poll())) this.exchange.receive(this.nowMs, datagram);
    this.exchange.advance(this.nowMs);
    for (const output of drained(() => this.exchange.poll())) {
      if (output.kind === 'data') this.#control.receive(this.nowMs, output.payload);
      else this.outputs.push(output);
    }
    for (const message of drained(() => this.#control.pollMessage()))
      this.heard.push(JSON.parse(Buffer.from(message).toString()));
  }
}

function drained<Item>(poll: () => Item | undefined): readonly Item[] {
  const items: Item[] = [];
  for (let item = poll(); item !== undefined; item = poll()) items.push(item);
  return items;
}
