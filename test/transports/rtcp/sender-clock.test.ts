import test from 'ava';
import { ntpFromWallMs, wallMsFromNtp } from '../../../transports/rtcp/ntp.ts';
import { SenderClock } from '../../../transports/rtcp/sender-clock.ts';

const wallMs = Date.UTC(2026, 0, 17, 9, 30);
const ntp = ntpFromWallMs(wallMs);

test('knows nothing before the first report', t => {
  const clock = new SenderClock(90_000);
  t.deepEqual(clock.reportTimes(1000), { lastSenderReport: 0, delaySinceLastSenderReport: 0 });
  t.is(clock.ntpAt(1), undefined);
  t.is(clock.rtpTimestampAt(ntp), undefined);
});

test('tells a report block which report came last, and how long ago', t => {
  const clock = new SenderClock(90_000);
  clock.receive(1000, { seconds: 1, fraction: 2 }, 3);
  clock.receive(2000, { seconds: 0xb44db705, fraction: 0x20000000 }, 3);
  t.deepEqual(clock.reportTimes(7250), {
    lastSenderReport: 0xb7052000,
    delaySinceLastSenderReport: 0x00054000,
  });
});

test('maps RTP timestamps to the sender’s time and back, across their wrap', t => {
  for (const start of [0, 1000, 2 ** 31, 2 ** 32 - 1, 2 ** 32 - 90_000]) {
    const clock = new SenderClock(90_000);
    clock.receive(0, ntp, start);
    for (const offsetMs of [-3000, -20, 0, 20, 1000, 3_600_000]) {
      const rtpTimestamp = (start + offsetMs * 90 + 2 ** 32) % 2 ** 32;
      const at = clock.ntpAt(rtpTimestamp)!;
      t.true(Math.abs(wallMsFromNtp(at) - (wallMs + offsetMs)) < 0.01);
      t.is(clock.rtpTimestampAt(at), rtpTimestamp);
    }
  }
});
