import test from 'ava';
import fc from 'fast-check';
import { ReplayWindow } from '../../../transports/replay-window.ts';
import { rtpReplayWindowPackets } from '../../../transports/srtp/transform.ts';
import { cases } from './cases.ts';
import { rtcpPacket, rtpPacket, sessionKeys, toHex } from './packets.ts';

for (const { name, profile, makeSrtp } of cases) {
  const { a, b } = sessionKeys(profile);

  test(`${name}: RTP opens once, however late, within the window and not past it`, t => {
    const sender = makeSrtp(a);
    const receiver = makeSrtp(b);
    const sealed = Array.from({ length: rtpReplayWindowPackets + 2 }, (_, i) => sender.sealRtp(rtpPacket(i)));
    const last = sealed.length - 1;
    t.true(receiver.openRtp(sealed[last]!) instanceof Uint8Array);
    t.is(receiver.openRtp(sealed[last]!), 'replay');
    t.is(receiver.openRtp(sealed[last - rtpReplayWindowPackets]!), 'replay', 'older than the window');
    t.true(receiver.openRtp(sealed[last - rtpReplayWindowPackets + 1]!) instanceof Uint8Array);
    t.is(receiver.openRtp(sealed[last - rtpReplayWindowPackets + 1]!), 'replay');
  });

  test(`${name}: RTCP opens once, and has a window apart from that of RTP`, t => {
    const sender = makeSrtp(a);
    const receiver = makeSrtp(b);
    const first = sender.sealRtcp(rtcpPacket());
    const second = sender.sealRtcp(rtcpPacket());
    t.true(receiver.openRtp(sender.sealRtp(rtpPacket(1))) instanceof Uint8Array);
    t.is(toHex(receiver.openRtcp(second)), toHex(rtcpPacket()));
    t.is(toHex(receiver.openRtcp(first)), toHex(rtcpPacket()));
    t.is(receiver.openRtcp(first), 'replay');
    t.is(receiver.openRtcp(second), 'replay');
  });

  test(`${name}: sealing a packet twice makes the same packet, which opens once`, t => {
    const sender = makeSrtp(a);
    const receiver = makeSrtp(b);
    const sealed = sender.sealRtp(rtpPacket(9));
    t.is(toHex(sender.sealRtp(rtpPacket(9))), toHex(sealed));
    t.true(receiver.openRtp(sealed) instanceof Uint8Array);
    t.is(receiver.openRtp(sealed), 'replay');
  });
}

test('the window agrees with a set of all indices that were seen', t => {
  const steps = fc.array(fc.integer({ min: -200, max: 200 }), { maxLength: 300 });
  fc.assert(
    fc.property(steps, fc.integer({ min: 200, max: 2 ** 40 }), (moves, start) => {
      const window = new ReplayWindow(128);
      const seen = new Set<number>();
      let highest = -1;
      let index = start;
      for (const move of moves) {
        index = Math.max(0, index + move);
        const expected = index > highest || (index > highest - 128 && !seen.has(index));
        if (window.admits(index) !== expected) return false;
        if (!expected) continue;
        window.commit(index);
        seen.add(index);
        highest = Math.max(highest, index);
        if (window.highest !== highest) return false;
      }
      return true;
    }),
    { seed: 3711, numRuns: 300 },
  );
  t.pass();
});
