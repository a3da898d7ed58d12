import test from 'ava';
import { clientPayloadTypes } from '../../../simulations/client-sdp.ts';
import { type Joined, ShardWorld } from '../../../simulations/shard-world.ts';
import { buildSenderReport } from '../../../transports/rtcp/build.ts';
import { ntpFromWallMs, wallMsFromNtp } from '../../../transports/rtcp/ntp.ts';
import type { SenderReport } from '../../../transports/rtcp/packets.ts';
import { parseRtcp } from '../../../transports/rtcp/parse.ts';
import { parseRtp } from '../../../transports/rtp/packet.ts';
import { timestampDifference } from '../../../transports/rtp/sequence.ts';
import { rtpPacket } from './media.ts';

const WALL_MS = 1_790_000_000_000;
/** Of VP8 (RFC 7741): each packet is a keyframe, so that a new publisher is seen at once. */
const keyframePayload = Uint8Array.of(0x10, 0x00);
const rates = { audio: 48, video: 90 } as const;

/** Sends both tracks for a while, on a clock that differs by `clockMs`, with a report of each track every second. */
async function speak(
  world: ShardWorld,
  { client, ssrcs }: Joined,
  { clockMs, durationMs }: { clockMs: number; durationMs: number },
): Promise<void> {
  const report = (ssrc: number, perMs: number, nowMs: number) =>
    buildSenderReport({
      ssrc,
      ntp: ntpFromWallMs(WALL_MS + nowMs + clockMs),
      rtpTimestamp: Math.round(nowMs * perMs + clockMs) >>> 0,
      packetCount: 1,
      octetCount: 1,
    });
  for (let i = 0; i < durationMs / 20; i += 1) {
    const nowMs = world.clock.nowMs();
    for (const kind of ['audio', 'video'] as const) {
      client.send(
        rtpPacket({
          ssrc: ssrcs[kind],
          payloadType: kind === 'audio' ? clientPayloadTypes.opus : clientPayloadTypes.vp8,
          sequenceNumber: i & 0xffff,
          timestamp: Math.round(nowMs * rates[kind] + clockMs) >>> 0,
          payload: keyframePayload,
        }),
      );
      if (i % 50 === (kind === 'audio' ? 40 : 20)) client.send(report(ssrcs[kind], rates[kind], nowMs));
    }
    await world.pass(20);
  }
}

function reportsTo({ client }: Joined): SenderReport[] {
  return client.rtcp
    .flatMap(bytes => parseRtcp(bytes)!)
    .flatMap(packet => (packet.kind === 'sender-report' ? [packet] : []));
}

for (const clockMs of [-3_600_000, 250, 3_600_000]) {
  test(`viewers hear one clock that goes on when a publisher takes over whose own is off by ${clockMs} ms`, async t => {
    const world = new ShardWorld(21);
    await world.start();
    const before = await world.publish('math-101');
    await world.pass(1000);
    const student = await world.view('math-101');
    await world.pass(500);
    await speak(world, before, { clockMs: 0, durationMs: 5000 });
    const after = await world.publish('math-101');
    await world.pass(1000);

    // Between the change and the new publisher's first report there is no clock to tell.
    const late = await world.view('math-101');
    await speak(world, after, { clockMs, durationMs: 300 });
    t.deepEqual(reportsTo(late), []);
    await speak(world, after, { clockMs, durationMs: 12_000 });

    const ssrcs = new Set(student.client.rtp.map(bytes => parseRtp(bytes)!.ssrc));
    t.is(ssrcs.size, 2);
    for (const ssrc of ssrcs) {
      const reports = reportsTo(student).filter(report => report.ssrc === ssrc);
      // Of one a second, three as they come and then one in four seconds.
      t.true(reports.length >= 6, `${reports.length} reports`);
      const perMs = student.client.rtp.some(
        bytes => parseRtp(bytes)!.ssrc === ssrc && parseRtp(bytes)!.payloadType === 111,
      )
        ? rates.audio
        : rates.video;
      for (let i = 1; i < reports.length; i += 1) {
        const passedMs = wallMsFromNtp(reports[i]!.ntp) - wallMsFromNtp(reports[i - 1]!.ntp);
        const countedMs = timestampDifference(reports[i]!.rtpTimestamp, reports[i - 1]!.rtpTimestamp) / perMs;
        t.true(passedMs > 0 && countedMs > 0);
        t.true(
          Math.abs(passedMs - countedMs) < 40,
          `${passedMs} ms on the clock, ${countedMs} ms in the track`,
        );
      }
    }
    const kinds = new Set(reportsTo(late).map(({ ssrc }) => ssrc));
    t.is(kinds.size, 2);
    await world.stop();
  });
}
