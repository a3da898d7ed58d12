import test from 'ava';
import fc from 'fast-check';
import {
  middleOfNtp,
  ntpFromWallMs,
  roundTripMs,
  shortUnitsFromMs,
  wallMsFromNtp,
} from '../../../transports/rtcp/ntp.ts';

test('wall time becomes NTP time: 70 years more, and binary fractions', t => {
  t.deepEqual(ntpFromWallMs(0), { seconds: 2_208_988_800, fraction: 0 });
  t.deepEqual(ntpFromWallMs(1500), { seconds: 2_208_988_801, fraction: 0x80000000 });
  t.deepEqual(ntpFromWallMs(1000.25), { seconds: 2_208_988_801, fraction: 1_073_741 });
  // NTP's second era begins on 7 February 2036, 06:28:16.
  t.deepEqual(ntpFromWallMs(Date.UTC(2036, 1, 7, 6, 28, 16)), { seconds: 0, fraction: 0 });
});

test('any time until 2106 comes back to within a microsecond', t => {
  fc.assert(
    fc.property(fc.double({ min: 0, max: 4e12, noNaN: true }), wallMs => {
      const ntp = ntpFromWallMs(wallMs);
      const isUint32 = (value: number) => Number.isInteger(value) && value >= 0 && value < 2 ** 32;
      return isUint32(ntp.seconds) && isUint32(ntp.fraction) && Math.abs(wallMsFromNtp(ntp) - wallMs) < 0.001;
    }),
  );
  t.pass();
});

test('the round trip of RFC 3550’s own example', t => {
  // Section 6.4.1, figure 2: A = b710:8000, DLSR 5.250 s, LSR b705:2000.
  t.is(roundTripMs(0xb7108000, 0xb7052000, 0x00054000), 6125);
  t.is(middleOfNtp({ seconds: 0xb44db705, fraction: 0x20000000 }), 0xb7052000);
  t.is(shortUnitsFromMs(5250), 0x00054000);
});

test('the round trip holds across the wrap of the middle bits', t => {
  const sent = 0xfffff000;
  const arrival = (sent + shortUnitsFromMs(130)) >>> 0;
  t.true(Math.abs(roundTripMs(arrival, sent, shortUnitsFromMs(100))! - 30) < 0.05);
});

test('no report of ours, or impossible numbers, give no round trip; rounding gives 0', t => {
  t.is(roundTripMs(1000, 0, 0), undefined);
  t.is(roundTripMs(100_000, 100_000, shortUnitsFromMs(5)), 0);
  t.is(roundTripMs(100_000, 100_000, shortUnitsFromMs(11)), undefined);
});

test('spans stay within their 32 bits', t => {
  t.is(shortUnitsFromMs(-1), 0);
  t.is(shortUnitsFromMs(1e12), 0xffffffff);
});
