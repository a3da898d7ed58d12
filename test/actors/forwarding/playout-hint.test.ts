import test from 'ava';
import { PlayoutHint } from '../../../actors/forwarding/playout-hint.ts';
import { ourExtensionIds } from '../../../transports/rtp/header-extensions.ts';
import { parseRtp } from '../../../transports/rtp/packet.ts';
import { readPlayoutDelay, withPlayoutDelay } from '../../../transports/rtp/playout-delay.ts';
import { rtpBytes } from '../../transports/rtp/packets.ts';

function minMsOf(bytes: Uint8Array): number | undefined {
  return readPlayoutDelay(parseRtp(bytes)!, ourExtensionIds.playoutDelay)?.minMs;
}

test('as long as nothing is to be told, packets stay as they are', t => {
  const bytes = rtpBytes();
  t.is(new PlayoutHint().apply(0, bytes, true), bytes);
});

test('a change is told with every frame for two seconds, then with keyframes', t => {
  const hint = new PlayoutHint();
  hint.set(1000, 120);
  t.is(minMsOf(hint.apply(1000, rtpBytes(), false)), 120);
  t.is(minMsOf(hint.apply(2999, rtpBytes(), false)), 120);
  t.is(minMsOf(hint.apply(3000, rtpBytes(), false)), undefined);
  t.is(minMsOf(hint.apply(60_000, rtpBytes(), true)), 120);
  hint.set(61_000, 0);
  t.is(minMsOf(hint.apply(61_500, rtpBytes(), false)), 0);
});

test('what the node before has told is written over, since the path goes on from there', t => {
  const hint = new PlayoutHint();
  hint.set(0, 200);
  t.is(minMsOf(hint.apply(10_000, withPlayoutDelay(rtpBytes(), 60, 10_000), false)), 200);
});
