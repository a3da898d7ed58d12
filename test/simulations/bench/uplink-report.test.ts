import test from 'ava';
import type { Repairs } from '../../../simulations/bench/uplink-protocol.ts';
import type { Control, UplinkRun } from '../../../simulations/bench/uplink-report.ts';
import { uplinkReportOf } from '../../../simulations/bench/uplink-report.ts';

function run(
  control: Control,
  loss: number,
  freezeMs: number,
  { repairs = 'on', delaysMs = [80, 90, 100] }: { repairs?: Repairs; delaysMs?: number[] } = {},
): UplinkRun {
  return {
    loss,
    burst: 1,
    repairs,
    control,
    datagramsLost: loss,
    datagramsSent: 100,
    publisher: {
      client: 'publisher',
      framesSent: 300,
      bytesSent: 1_250_000,
      nacks: 3,
      packetsRepeated: 5,
      keyframesAsked: 1,
      keyframesSent: 1,
      seconds: 10,
      captureLateMs: [0, 1, 2],
    },
    decoding: {
      client: 'decoding',
      framesDecoded: 290,
      corruptFrames: 1,
      largestSoundError: 3,
      freezes: 2,
      freezeMs,
      freezesByLibwebrtc: 1,
      freezeMsByLibwebrtc: freezeMs,
      audioGapMs: 40,
      decoderResets: 1,
      framesDropped: 0,
      nacks: 0,
      delaysMs,
    },
    raw: {
      client: 'raw',
      frames: 290,
      undecodableFrames: control === 'on' ? 0 : 7,
      undecodableOnArrival: control === 'on' ? 0 : 100,
      cutShortFrames: 2,
      packetsOutOfOrder: 4,
      packetsMissing: 1,
      audioOutOfOrder: 0,
      audioMissing: 0,
    },
  };
}

const report = uplinkReportOf([
  run('on', 5, 300),
  run('off', 5, 900),
  run('on', 5, 100),
  run('off', 5, 2000),
  run('on', 5, 500),
  run('off', 5, 1000),
  run('on', 2, 50),
  run('on', 5, 4000, { repairs: 'off' }),
  run('off', 5, 9000, { repairs: 'off' }),
]);

test('a row for each setting, in the order of measuring: medians, and of freezes the extremes', t => {
  t.deepEqual(
    report.rows.map(({ loss, repairs, control, runs }) => [loss, repairs, control, runs]),
    [
      [5, 'on', 'on', 3],
      [5, 'on', 'off', 3],
      [2, 'on', 'on', 1],
      [5, 'off', 'on', 1],
      [5, 'off', 'off', 1],
    ],
  );
  t.like(report.rows[0], { freezeMs: 300, freezeMsMin: 100, freezeMsMax: 500, freezes: 2, audioGapMs: 40 });
  t.like(report.rows[0], { framesPerSecond: 29, bitrateKbps: 1000, lineLoss: 5 });
  t.like(report.rows[0], { delayMsP50: 90, delayMsP99: 100, captureLateMsP99: 2 });
});

test('what must not be is summed up, so that no run hides it', t => {
  t.like(report.rows[0], { corruptFrames: 3, undecodableFrames: 0 });
  t.like(report.rows[1], { corruptFrames: 3, undecodableFrames: 21, undecodableOnArrival: 300 });
});

test('on less off, where both were measured', t => {
  t.is(report.onLessOff.length, 2);
  t.like(report.onLessOff[0], { loss: 5, burst: 1, freezeMs: -700, undecodableFrames: -21, audioGapMs: 0 });
  t.like(report.onLessOff[1], { loss: 5, repairs: 'off', freezeMs: -5000 });
});

test('a run in which nothing was decoded has no delay', t => {
  const [row] = uplinkReportOf([run('off', 10, 10_000, { delaysMs: [] })]).rows;
  t.is(JSON.parse(JSON.stringify(row)).delayMsP50, null);
});
