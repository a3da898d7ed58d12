import test from 'ava';
import { Conversation } from '../../../transports/relay/conversation.ts';
import { CONVERSATION_OPTIONS } from '../../../transports/relay/limits.ts';

test('a round trip is measured to the moment at which the acknowledgement comes, not to a flush before it', t => {
  const options = { ...CONVERSATION_OPTIONS, conversation: 1 };
  const [sender, receiver] = [new Conversation(options), new Conversation(options)];
  sender.send(0, Uint8Array.of(1));
  sender.push(0);
  receiver.receive(8, sender.poll()!);
  receiver.push(8);
  sender.push(10);
  sender.receive(17, receiver.poll()!);
  t.is(sender.waitingSegments, 0);
  sender.send(20, Uint8Array.of(2));
  // 17 ms, and four times the half of it in whole milliseconds: 49 ms from here on. To the flush it would be 30.
  for (let nowMs = 20; nowMs <= 60; nowMs += 10) sender.push(nowMs);
  t.is(sender.retransmissions, 0);
  sender.push(70);
  t.is(sender.retransmissions, 1);
});
