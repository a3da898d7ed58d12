import test from 'ava';
import { LipSync } from '../../simulations/lip-sync.ts';
import type { MarkedPacket } from '../../simulations/marked-packet.ts';
import { buildSenderReport } from '../../transports/rtcp/build.ts';
import { ntpFromWallMs } from '../../transports/rtcp/ntp.ts';

const WALL_MS = Date.UTC(2026, 0, 1);
const AUDIO = { kind: 'audio', ssrc: 1, ticksPerMs: 48 } as const;
const VIDEO = { kind: 'video', ssrc: 2, ticksPerMs: 90 } as const;
type Track = typeof AUDIO | typeof VIDEO;

function packetOf({ kind, ssrc, ticksPerMs }: Track, sentAtMs: number, lateMs = 0): MarkedPacket {
  const timestamp = Math.round((sentAtMs + lateMs) * ticksPerMs) >>> 0;
  const numbers = { sequenceNumber: 0, number: 0, isRepair: false };
  return {
    kind,
    ssrc,
    timestamp,
    sentAtMs,
    ...numbers,
    beginsFrame: true,
    endsFrame: true,
    isKeyframe: false,
  };
}

function reportOf({ ssrc, ticksPerMs }: Track, atMs: number): Uint8Array {
  const ntp = ntpFromWallMs(WALL_MS + atMs);
  return buildSenderReport({
    ssrc,
    ntp,
    rtpTimestamp: Math.round(atMs * ticksPerMs) >>> 0,
    packetCount: 0,
    octetCount: 0,
  });
}

function skewsOf(videoLateMs: number): readonly number[] {
  const skews: number[] = [];
  const sync = new LipSync(skewMs => skews.push(skewMs));
  for (let atMs = 0; atMs < 5_000; atMs += 1_000)
    for (const track of [AUDIO, VIDEO]) {
      sync.receive(packetOf(track, atMs, track === VIDEO ? videoLateMs : 0));
      sync.receiveRtcp(reportOf(track, atMs));
    }
  return skews;
}

test('tracks whose timestamps say what was are in step', t => {
  const skews = skewsOf(0);
  t.true(skews.length >= 3);
  t.true(
    skews.every(skewMs => Math.abs(skewMs) < 0.1),
    skews.join(' '),
  );
});

test('pictures that are stamped 80 ms too late are that much earlier than their sound', t => {
  t.true(skewsOf(80).every(skewMs => Math.abs(skewMs + 80) < 0.1));
});
