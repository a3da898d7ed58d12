import test from 'ava';
import { SentReports } from '../../../actors/forwarding/sent-reports.ts';
import { middleOfNtp, ntpFromWallMs, shortUnitsFromMs } from '../../../transports/rtcp/ntp.ts';

const sentAt = (atMs: number) => ntpFromWallMs(1_790_000_000_000 + atMs);
const answerTo = (atMs: number, heldMs: number) => ({
  ssrc: 1,
  fractionLost: 0,
  cumulativeLost: 0,
  extendedHighest: 0,
  jitter: 0,
  lastSenderReport: middleOfNtp(sentAt(atMs)),
  delaySinceLastSenderReport: shortUnitsFromMs(heldMs),
});

test('the round trip is what passed since the report that is named, less what the viewer held it', t => {
  const reports = new SentReports();
  reports.add(0, sentAt(0));
  reports.add(1000, sentAt(1000));
  reports.answer(1200, answerTo(500, 0));
  t.is(reports.roundTripMs, undefined, 'one that names no report of ours');
  reports.answer(1200, { ...answerTo(0, 0), lastSenderReport: 0 });
  t.is(reports.roundTripMs, undefined, 'one that names none');
  reports.answer(3250, answerTo(1000, 2200));
  t.true(Math.abs(reports.roundTripMs! - 50) < 1);
  reports.answer(3300, answerTo(0, 3290));
  t.true(Math.abs(reports.roundTripMs! - 10) < 1);
});

test('a report is known until eight more have been sent', t => {
  const reports = new SentReports();
  for (let i = 0; i < 9; i += 1) reports.add(i * 1000, sentAt(i * 1000));
  reports.answer(9000, answerTo(0, 0));
  t.is(reports.roundTripMs, undefined);
  reports.answer(9000, answerTo(1000, 0));
  t.true(Math.abs(reports.roundTripMs! - 8000) < 1);
});
