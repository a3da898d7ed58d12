import test from 'ava';
import { demultiplex } from '../../../transports/webrtc/demultiplex.ts';

/** RFC 7983 section 7, with the first and last byte of each range. */
const ranges = [
  [0, 3, 'stun'],
  [4, 19, undefined],
  [20, 63, 'dtls'],
  [64, 127, undefined],
  [128, 191, 'srtp'],
  [192, 255, undefined],
] as const;

for (const [first, last, protocol] of ranges) {
  test(`first bytes ${first} to ${last} are ${protocol}`, t => {
    for (let byte = first; byte <= last; byte += 1)
      t.is(demultiplex(Uint8Array.of(byte, 96, 0, 0)), protocol, `${byte}`);
  });
}

test('packet types 192 to 223 are RTCP, all other payload types RTP', t => {
  for (let byte = 0; byte <= 255; byte += 1) {
    const protocol = byte >= 192 && byte <= 223 ? 'srtcp' : 'srtp';
    t.is(demultiplex(Uint8Array.of(0x80, byte)), protocol, `${byte}`);
  }
});

test('too little to tell is nothing', t => {
  t.is(demultiplex(new Uint8Array(0)), undefined);
  t.is(demultiplex(Uint8Array.of(0x80)), undefined);
});
