import test from 'ava';
import { nearestIndex, noIndex, receivedIndex, sentIndex } from '../../../transports/srtp/packet-index.ts';
import { cases } from './cases.ts';
import { firstSequences, rtpPacket, sessionKeys, toHex } from './packets.ts';

function ends({ profile, makeSrtp }: (typeof cases)[number]) {
  const { a, b } = sessionKeys(profile);
  return { sender: makeSrtp(a), receiver: makeSrtp(b) };
}

for (const one of cases) {
  const { name } = one;

  test(`${name}: a burst of losses over the wrap keeps the rollover counters together`, t => {
    for (const first of firstSequences) {
      for (const lost of [1, 100, 5000, 32000]) {
        const { sender, receiver } = ends(one);
        t.is(toHex(receiver.openRtp(sender.sealRtp(rtpPacket(first)))), toHex(rtpPacket(first)));
        // The sender's counter moves on in steps that are sent and lost.
        for (let i = 1; i <= lost; i += 999) sender.sealRtp(rtpPacket(first + i));
        const next = rtpPacket(first + lost + 1);
        t.is(toHex(receiver.openRtp(sender.sealRtp(next))), toHex(next), `${first}, ${lost} lost`);
      }
    }
  });

  test(`${name}: packets that overtake each other across the wrap all open, once`, t => {
    for (const first of firstSequences) {
      const { sender, receiver } = ends(one);
      const packets = Array.from({ length: 64 }, (_, i) => rtpPacket(first + i));
      const sealed = packets.map(packet => sender.sealRtp(packet));
      // Blocks of 16 arrive backwards; the first packet of all comes first, as a wrap before it cannot be known.
      const order = packets.map((_, i) => (i === 0 ? 0 : i < 16 ? 16 - i : (i & ~15) + 15 - (i & 15)));
      for (const i of order) t.is(toHex(receiver.openRtp(sealed[i]!)), toHex(packets[i]!), `${first} + ${i}`);
      for (const i of order) t.is(receiver.openRtp(sealed[i]!), 'replay');
    }
  });

  test(`${name}: a retransmission from before the wrap is sealed with its own rollover counter`, t => {
    for (const back of [1, 2, 700, 1000]) {
      const { sender, receiver } = ends(one);
      for (let sequence = 64000; sequence < 65536 + 300; sequence++) {
        const sealed = sender.sealRtp(rtpPacket(sequence));
        if (sequence !== 65536 + 299 - back) receiver.openRtp(sealed);
      }
      const again = rtpPacket(65536 + 299 - back);
      t.is(toHex(receiver.openRtp(sender.sealRtp(again))), toHex(again), `${back} back`);
      const next = rtpPacket(65536 + 300);
      t.is(toHex(receiver.openRtp(sender.sealRtp(next))), toHex(next));
    }
  });

  test(`${name}: sealing what lies before the first packet does not disturb what follows`, t => {
    const { sender, receiver } = ends(one);
    receiver.openRtp(sender.sealRtp(rtpPacket(3)));
    t.is(receiver.openRtp(sender.sealRtp(rtpPacket(65530))), 'authentication');
    t.is(toHex(receiver.openRtp(sender.sealRtp(rtpPacket(4)))), toHex(rtpPacket(4)));
  });

  test(`${name}: a source is followed when all that it sent before its first rollover was lost`, t => {
    for (const first of [65_535, 65_000, 40_000]) {
      for (const heard of [65_536, 65_537, 65_536 + 5000]) {
        const { sender, receiver } = ends(one);
        for (let sequence = first; sequence < heard; sequence += 1000) sender.sealRtp(rtpPacket(sequence));
        sender.sealRtp(rtpPacket(heard - 1));
        for (let sequence = heard; sequence < heard + 3; sequence += 1) {
          const packet = rtpPacket(sequence);
          t.is(toHex(receiver.openRtp(sender.sealRtp(packet))), toHex(packet), `${first}, ${sequence}`);
        }
      }
    }
  });

  test(`${name}: several rollovers are counted`, t => {
    const { sender, receiver } = ends(one);
    for (let sequence = 0; sequence < 5 * 65536; sequence += 20000) {
      const packet = rtpPacket(sequence);
      t.is(toHex(receiver.openRtp(sender.sealRtp(packet))), toHex(packet), `${sequence}`);
    }
  });

  test(`${name}: each source has a rollover counter of its own`, t => {
    const { sender, receiver } = ends(one);
    for (let i = 0; i < 20; i++) {
      for (const [ssrc, first] of [
        [1, 65530],
        [2, 5],
      ] as const) {
        const packet = rtpPacket(first + i, ssrc);
        t.is(toHex(receiver.openRtp(sender.sealRtp(packet))), toHex(packet));
      }
    }
  });
}

test('the nearest index is chosen as in RFC 3711 section 3.3.1', t => {
  t.is(nearestIndex(noIndex, 65535), 65535);
  t.is(nearestIndex(65535, 0), 65536);
  t.is(nearestIndex(65536, 65535), 65535);
  t.is(nearestIndex(3 * 65536 + 10, 32778), 3 * 65536 + 32778);
  t.is(nearestIndex(3 * 65536 + 10, 32779), 2 * 65536 + 32779);
  t.is(nearestIndex(3 * 65536 + 32768, 0), 3 * 65536);
  t.is(nearestIndex(3 * 65536 + 32769, 0), 4 * 65536);
});

test('before the first rollover a receiver looks ahead, a sender back', t => {
  t.is(receivedIndex(5, 65530), 65530);
  t.is(sentIndex(5, 65530), 2 ** 48 - 6);
});
