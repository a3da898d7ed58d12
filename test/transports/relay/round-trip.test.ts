import test from 'ava';
import type { SegmentHeader } from '../../../transports/kcp/segment.ts';
import { Conversation } from '../../../transports/relay/conversation.ts';
import { ACKNOWLEDGE_WITHIN_MS, CONVERSATION_OPTIONS } from '../../../transports/relay/limits.ts';

type Segment = readonly [header: SegmentHeader, payload: Uint8Array];

/** A conversation, and what it has sent. */
class End extends Conversation {
  readonly #sent: Segment[];

  constructor() {
    const sent: Segment[] = [];
    const add = (header: SegmentHeader, payload = new Uint8Array(0)) =>
      sent.push([{ ...header }, payload.slice()]);
    super({ ...CONVERSATION_OPTIONS, conversation: 1 }, { add, finish() {} });
    this.#sent = sent;
  }

  poll(): Segment | undefined {
    return this.#sent.shift();
  }
}

const ends = () => [new End(), new End()] as const;

test('a round trip is measured to the moment at which the acknowledgement comes', t => {
  const [sender, receiver] = ends();
  sender.send(0, Uint8Array.of(1));
  sender.push(0);
  receiver.receive(8, ...sender.poll()!);
  receiver.push(10);
  sender.receive(18, ...receiver.poll()!);
  t.is(sender.waitingSegments, 0);
  sender.send(20, Uint8Array.of(2));
  sender.push(20);
  // 18 ms, and the more of four times the half of it and the interval.
  const resendAtMs = 20 + 18 + Math.max(4 * 9, CONVERSATION_OPTIONS.intervalMs);
  t.is(sender.deadlineMs, resendAtMs);
  sender.push(resendAtMs - 1);
  t.is(sender.retransmissions, 0);
  sender.push(resendAtMs);
  t.is(sender.retransmissions, 1);
});

test('an acknowledgement goes out within its time, or with what goes before', t => {
  const [sender, receiver] = ends();
  sender.send(0, Uint8Array.of(1));
  sender.push(0);
  receiver.receive(8, ...sender.poll()!);
  t.is(receiver.acknowledgeAtMs, 8 + ACKNOWLEDGE_WITHIN_MS);
  receiver.push(9);
  t.is(receiver.poll(), undefined);
  t.true(receiver.acknowledgeAtMs < Number.POSITIVE_INFINITY);
  receiver.push(9, true);
  t.not(receiver.poll(), undefined);
  t.is(receiver.acknowledgeAtMs, Number.POSITIVE_INFINITY);
  t.is(receiver.deadlineMs, Number.POSITIVE_INFINITY);
});

test('what was skipped twice goes out again at once, and not with a timer', t => {
  const [sender, receiver] = ends();
  for (let number = 0; number < 3; number += 1) sender.send(0, Uint8Array.of(number));
  sender.push(0);
  // The first of the three does not arrive.
  sender.poll();
  for (const place of [1, 2]) {
    receiver.receive(50, ...sender.poll()!);
    receiver.push(50 + place, true);
    sender.receive(100 + place, ...receiver.poll()!);
  }
  t.is(sender.deadlineMs, 102);
  sender.push(102);
  t.is(sender.retransmissions, 1);
});

test('a conversation in which nothing is on its way asks for nothing', t => {
  const [sender, receiver] = ends();
  t.is(sender.deadlineMs, Number.POSITIVE_INFINITY);
  sender.send(0, Uint8Array.of(1));
  t.is(sender.deadlineMs, 0);
  sender.push(0);
  receiver.receive(5, ...sender.poll()!);
  receiver.push(7);
  sender.receive(12, ...receiver.poll()!);
  t.deepEqual([sender.deadlineMs, receiver.deadlineMs], [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY]);
});
