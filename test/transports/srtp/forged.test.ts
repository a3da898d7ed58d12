import test from 'ava';
import type { SrtpRefusal } from '../../../transports/srtp/port.ts';
import {
  maxSourcesReceived,
  rtcpReplayWindowPackets,
  rtpReplayWindowPackets,
} from '../../../transports/srtp/transform.ts';
import { cases } from './cases.ts';
import { rtcpPacket, rtpPacket, sessionKeys, toHex } from './packets.ts';

for (const { name, profile, makeSrtp } of cases) {
  const { a, b } = sessionKeys(profile);

  /** Somebody who knows the shape of packets, and no keys. */
  const forger = makeSrtp({ ...a, localKey: new Uint8Array(16).fill(9) });

  test(`${name}: forged packets change nothing, wherever they claim to be in the stream`, t => {
    const sender = makeSrtp(a);
    const receiver = makeSrtp(b);
    for (let i = 0; i < 30; i++) {
      const packet = rtpPacket(65520 + i);
      for (const ahead of [0, 1, 100, 30000, -100]) {
        t.is(receiver.openRtp(forger.sealRtp(rtpPacket(65520 + i + ahead))), refusalOf(ahead, i));
      }
      t.is(toHex(receiver.openRtp(sender.sealRtp(packet))), toHex(packet), `after forged packets, ${i}`);
      const report = rtcpPacket(0x01020304, i);
      t.is(receiver.openRtcp(forger.sealRtcp(report)), 'authentication');
      t.is(toHex(receiver.openRtcp(sender.sealRtcp(report))), toHex(report));
    }
  });

  test(`${name}: only authenticated sources are remembered, and no more than the limit`, t => {
    const sender = makeSrtp(a);
    const receiver = makeSrtp(b);
    for (let ssrc = 1000; ssrc < 1000 + 3 * maxSourcesReceived; ssrc++) {
      t.is(receiver.openRtp(forger.sealRtp(rtpPacket(1, ssrc))), 'authentication');
      t.is(receiver.openRtcp(forger.sealRtcp(rtcpPacket(ssrc))), 'authentication');
    }
    for (let ssrc = 1; ssrc <= maxSourcesReceived; ssrc++) {
      t.true(receiver.openRtp(sender.sealRtp(rtpPacket(1, ssrc))) instanceof Uint8Array);
      t.true(receiver.openRtcp(sender.sealRtcp(rtcpPacket(ssrc))) instanceof Uint8Array);
    }
    const oneMore = maxSourcesReceived + 1;
    t.is(receiver.openRtp(sender.sealRtp(rtpPacket(1, oneMore))), 'too many sources');
    t.is(receiver.openRtcp(sender.sealRtcp(rtcpPacket(oneMore))), 'too many sources');
    t.true(receiver.openRtp(sender.sealRtp(rtpPacket(2, 1))) instanceof Uint8Array, 'known ones go on');
  });

  test(`${name}: a source that has long been quiet makes room for a new one; what those in use sent is remembered`, t => {
    const sender = makeSrtp(a);
    const receiver = makeSrtp(b);
    let repeated: Uint8Array | undefined;
    for (let ssrc = 1; ssrc <= maxSourcesReceived; ssrc++) {
      const sealed = sender.sealRtp(rtpPacket(1, ssrc));
      if (ssrc === 2) repeated = sealed;
      receiver.openRtp(sealed);
      receiver.openRtcp(sender.sealRtcp(rtcpPacket(ssrc)));
    }
    const stillQuiet = maxSourcesReceived - 1;
    for (let i = 0; i < rtpReplayWindowPackets - stillQuiet; i++)
      receiver.openRtp(sender.sealRtp(rtpPacket(2 + i, 2)));
    for (let i = 0; i < rtcpReplayWindowPackets - stillQuiet; i++)
      receiver.openRtcp(sender.sealRtcp(rtcpPacket(2)));
    const oneMore = maxSourcesReceived + 1;
    t.is(toHex(receiver.openRtp(sender.sealRtp(rtpPacket(1, oneMore)))), toHex(rtpPacket(1, oneMore)));
    t.is(toHex(receiver.openRtcp(sender.sealRtcp(rtcpPacket(oneMore)))), toHex(rtcpPacket(oneMore)));
    t.is(receiver.openRtp(repeated!), 'replay');
    // Source 3 has not been quiet for a whole window yet.
    t.is(receiver.openRtp(sender.sealRtp(rtpPacket(1, oneMore + 1))), 'too many sources');
  });

  test(`${name}: the header is authenticated with the payload`, t => {
    const sender = makeSrtp(a);
    const sealed = sender.sealRtp(rtpPacket(7, 5, 30, 2, 1));
    for (let at = 0; at < sealed.length; at++) {
      const changed = Uint8Array.from(sealed);
      changed[at]! ^= 1;
      t.false(makeSrtp(b).openRtp(changed) instanceof Uint8Array, `byte ${at}`);
    }
    const report = sender.sealRtcp(rtcpPacket());
    for (let at = 0; at < report.length; at++) {
      const changed = Uint8Array.from(report);
      changed[at]! ^= 1;
      t.false(makeSrtp(b).openRtcp(changed) instanceof Uint8Array, `RTCP byte ${at}`);
    }
  });
}

/** A sequence number that was there already is refused as a repetition before its tag is looked at. */
function refusalOf(ahead: number, sent: number): SrtpRefusal {
  return ahead < 0 && sent + ahead >= 0 ? 'replay' : 'authentication';
}
