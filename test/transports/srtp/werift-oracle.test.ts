import test from 'ava';
import { RtpHeader, SrtcpSession, SrtpSession } from 'werift';
import type { SrtpProfile } from '../../../transports/srtp/port.ts';
import { cases } from './cases.ts';
import { firstSequences, rtcpPacket, rtpPacket, sessionKeys, toHex } from './packets.ts';

const numbers: Record<SrtpProfile, number> = { AES_CM_128_HMAC_SHA1_80: 1, AEAD_AES_128_GCM: 7 };

function weriftConfig(profile: SrtpProfile) {
  const { b } = sessionKeys(profile);
  return {
    profile: numbers[profile],
    keys: {
      localMasterKey: Buffer.from(b.localKey),
      localMasterSalt: Buffer.from(b.localSalt),
      remoteMasterKey: Buffer.from(b.remoteKey),
      remoteMasterSalt: Buffer.from(b.remoteSalt),
    },
  };
}

for (const { name, profile, makeSrtp } of cases) {
  test(`${name}: werift and we open each other's RTP, from any sequence number`, t => {
    for (const first of firstSequences) {
      const ours = makeSrtp(sessionKeys(profile).a);
      const theirs = new SrtpSession(weriftConfig(profile));
      for (let i = 0; i < 40; i++) {
        const packet = rtpPacket(first + i, 0xfedcba98, 20 + i, i % 3, i % 4);
        t.is(
          toHex(theirs.decrypt(Buffer.from(ours.sealRtp(packet)))),
          toHex(packet),
          `ours, ${first} + ${i}`,
        );
        const header = RtpHeader.deSerialize(Buffer.from(packet));
        const sealed = theirs.encrypt(Buffer.from(packet.subarray(header.payloadOffset)), header);
        t.is(toHex(ours.openRtp(sealed)), toHex(packet), `theirs, ${first} + ${i}`);
      }
    }
  });

  test(`${name}: werift and we open each other's RTCP`, t => {
    const ours = makeSrtp(sessionKeys(profile).a);
    const theirs = new SrtcpSession(weriftConfig(profile));
    for (let i = 0; i < 40; i++) {
      const packet = rtcpPacket(0xfedcba98, i);
      t.is(toHex(theirs.decrypt(Buffer.from(ours.sealRtcp(packet)))), toHex(packet), `ours, ${i}`);
      t.is(toHex(ours.openRtcp(theirs.encrypt(Buffer.from(packet)))), toHex(packet), `theirs, ${i}`);
    }
  });
}
