/**
 * Records what libwebrtc sends, for load publishers to replay (../load/recording.ts): `node record-publisher.ts KBPS SECONDS CAP`
 * writes it to recordings/KBPS.txt. CAP, in kbit/s, is what the publisher is told, of which headers and caution take a tenth to
 * a fifth. The publisher is that of the bench of storms; its packets are noted as they come to a viewer of a node on this
 * machine, some tenths of a millisecond later. To be run on a machine that has nothing else to do.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { systemClock } from '../../transports/clock.ts';
import { makeCertificate } from '../../transports/dtls/certificate.ts';
import { systemRandom } from '../../transports/random.ts';
import { pull } from '../load/join.ts';
import { type RecordedPacket, writeRecording } from '../load/recording.ts';
import { openSignalling } from '../load/signalling.socket.ts';
import { besideNodes } from './beside-nodes.ts';
import { pause } from './child.ts';
import { eventOf } from './child-events.ts';
import { pathPlans } from './path-plans.ts';
import { RecordingViewer } from './recording-viewer.ts';
import type { StormPublisherEvent, StormPublisherOptions } from './storm-publisher.ts';

const STREAM = 'recorded';
/** Until congestion control allows all of the bitrate. */
const WARM_UP_MS = 45_000;
/** For the keyframe that is asked for, and what comes late. */
const SPARE_MS = 1000;
const folder = new URL('./recordings/', import.meta.url);

async function record(capKbps: number, seconds: number): Promise<readonly RecordedPacket[]> {
  const { signal } = new AbortController();
  const node = { plan: pathPlans[0]!, settings: { 'media.cores': '1' }, signal };
  return besideNodes<StormPublisherOptions, readonly RecordedPacket[]>(node, async ({ url }, start) => {
    const program = new URL('./storm-publisher.ts', import.meta.url);
    const publisher = start(program, { url, stream: STREAM, kbps: capKbps });
    await eventOf<StormPublisherEvent, 'sample'>(publisher, 'the publisher', 'sample');
    const certificate = await makeCertificate(systemClock.wallMs());
    const viewer = new RecordingViewer({ certificate, random: systemRandom });
    const signalling = openSignalling(url);
    const { leave } = await pull(viewer.client, { clock: systemClock, signalling, stream: STREAM });
    await pause(WARM_UP_MS);
    viewer.record();
    await pause(seconds * 1000 + SPARE_MS);
    await leave();
    signalling.close();
    return cut(viewer.packets, seconds * 1000);
  });
}

/** From 0 to `lengthMs`. */
function cut(packets: readonly RecordedPacket[], lengthMs: number): readonly RecordedPacket[] {
  const beganAtMs = packets[0]?.atMs ?? 0;
  return packets
    .map(packet => ({ ...packet, atMs: packet.atMs - beganAtMs }))
    .filter(({ atMs }) => atMs < lengthMs);
}

const [kbps = '350', seconds = '20', cap = '440'] = process.argv.slice(2);
const packets = await record(Number(cap), Number(seconds));
const bytes = packets.reduce((sum, { kind, payloadBytes }) => sum + (kind === 'video' ? payloadBytes : 0), 0);
const reached = Math.round((bytes * 8) / Number(seconds) / 1000);
const about = `libwebrtc (@roamhq/wrtc), VP8 of 640x360 at ${reached} kbit/s, and Opus; ${seconds} s`;
await mkdir(folder, { recursive: true });
await writeFile(new URL(`${kbps}.txt`, folder), writeRecording(about, packets));
process.exit();
