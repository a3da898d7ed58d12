import test from 'ava';
import type { MarkedPacket } from '../../../simulations/marked-packet.ts';
import { LipSync } from '../../../simulations/soak/lip-sync.ts';
import { buildSenderReport } from '../../../transports/rtcp/build.ts';
import { ntpFromWallMs } from '../../../transports/rtcp/ntp.ts';
import type { MediaKind } from '../../../transports/rtp/codec.ts';

const SSRC: Record<MediaKind, number> = { audio: 1, video: 2 };
const TICKS_PER_MS: Record<MediaKind, number> = { audio: 48, video: 90 };
/** What the server's clock is ahead of the camera's. */
const AHEAD_MS = 1_700_000_000_000;

function packet(kind: MediaKind, sentAtMs: number, isRepair = false): MarkedPacket {
  return {
    kind,
    ssrc: SSRC[kind],
    sequenceNumber: 0,
    timestamp: (sentAtMs * TICKS_PER_MS[kind]) >>> 0,
    isRepair,
    number: 0,
    sentAtMs,
    beginsFrame: true,
    endsFrame: true,
    isKeyframe: false,
  };
}

/** That says that what was sent at `sentAtMs` was sent `wrongMs` later. */
function report(kind: MediaKind, sentAtMs: number, wrongMs = 0): Uint8Array {
  return buildSenderReport({
    ssrc: SSRC[kind],
    ntp: ntpFromWallMs(AHEAD_MS + sentAtMs + wrongMs),
    rtpTimestamp: (sentAtMs * TICKS_PER_MS[kind]) >>> 0,
    packetCount: 0,
    octetCount: 0,
  });
}

/** Sound and picture, then a report of each, then both again some seconds later. */
function watched(pictureWrongMs: number): LipSync {
  const lipSync = new LipSync();
  for (const kind of ['audio', 'video'] as const) {
    lipSync.receive(0, packet(kind, 0));
    lipSync.receiveRtcp(1_000, report(kind, 900, kind === 'video' ? pictureWrongMs : 0));
  }
  lipSync.receive(5_000, packet('audio', 4_980));
  return lipSync;
}

for (const wrongMs of [0, 40, -25]) {
  test(`reports that put pictures ${wrongMs} ms behind sound are found out`, t => {
    const skewMs = watched(wrongMs).receive(5_000, packet('video', 4_990));
    t.true(Math.abs(skewMs! - wrongMs) < 0.1, `${skewMs}`);
  });
}

test('before there are reports, in quick motion, and of repairs nothing is known', t => {
  t.is(new LipSync().receive(0, packet('video', 0)), undefined);
  t.is(watched(40).receive(2_000, packet('video', 1_990)), undefined);
  t.is(watched(40).receive(5_000, packet('video', 4_990, true)), undefined);
});

test('a source that is another has to report anew', t => {
  const lipSync = watched(0);
  t.is(lipSync.receive(5_000, { ...packet('video', 4_990), ssrc: 9 }), undefined);
});
