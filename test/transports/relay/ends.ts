/** An exchange without a link around it, and a peer made of bare KCP that may say anything. */
import { Kcp } from '../../../transports/kcp/kcp.ts';
import { HEADER_BYTES, readSegment, type SegmentHeader } from '../../../transports/kcp/segment.ts';
import { Exchange, type ExchangeOutput } from '../../../transports/relay/exchange.ts';
import { CONVERSATION_OPTIONS } from '../../../transports/relay/limits.ts';
import { newLinkCounters } from '../../../transports/relay/link-output.ts';
import { SegmentPacker, unpackSegments } from '../../../transports/relay/segment-packing.ts';

const DATA_BYTES = 2_000;

export class OddPeer {
  readonly counters = newLinkCounters();
  readonly exchange = new Exchange({ nowMs: 0, role: 'opener', counters: this.counters });
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

  /** The payloads that carry messages of a conversation, the first that there are in it, each alone. */
  datagrams(conversation: number, messages: readonly Uint8Array[]): readonly Uint8Array[] {
    const kcp = new Kcp({ ...CONVERSATION_OPTIONS, conversation });
    for (const message of messages) kcp.send(this.nowMs, message);
    kcp.advance(this.nowMs);
    return drained(() => kcp.poll()).flatMap(datagram => packed(conversation, datagram));
  }

  /** Lets a flush interval pass and carries what either has to say. */
  step(): void {
    this.nowMs += CONVERSATION_OPTIONS.intervalMs;
    this.#control.advance(this.nowMs);
    for (const datagram of drained(() => this.#control.poll()))
      for (const payload of packed(0, datagram)) this.exchange.receive(this.nowMs, payload);
    this.exchange.advance(this.nowMs);
    for (const output of drained(() => this.exchange.poll())) {
      if (output.kind !== 'data') this.outputs.push(output);
      else
        for (const { header, payload } of unpackSegments(output.payload).segments)
          if (header.conversation === 0) this.#control.receiveSegment(this.nowMs, header, payload);
    }
    for (const message of drained(() => this.#control.pollMessage()))
      this.heard.push(JSON.parse(Buffer.from(message).toString()));
  }
}

/** KCP's datagram as the payloads that a link would carry it in. */
function packed(conversation: number, datagram: Uint8Array): readonly Uint8Array[] {
  const payloads: Uint8Array[] = [];
  const packer = new SegmentPacker(DATA_BYTES, payload => payloads.push(payload));
  for (let at = 0; at < datagram.length; ) {
    const header = readSegment(datagram, at, conversation) as SegmentHeader;
    at += HEADER_BYTES;
    packer.add(header, datagram.subarray(at, at + header.byteCount));
    at += header.byteCount;
  }
  packer.finish();
  return payloads;
}

function drained<Item>(poll: () => Item | undefined): readonly Item[] {
  const items: Item[] = [];
  for (let item = poll(); item !== undefined; item = poll()) items.push(item);
  return items;
}
