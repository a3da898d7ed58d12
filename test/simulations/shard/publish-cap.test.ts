import test from 'ava';
import type { Described } from '../../../actors/protocol.ts';
import { clientPayloadTypes } from '../../../simulations/client-sdp.ts';
import { type Joined, ShardWorld } from '../../../simulations/shard-world.ts';
import { parseRtcp } from '../../../transports/rtcp/parse.ts';
import { parseRtp } from '../../../transports/rtp/packet.ts';
import { numberOf, rtpPacket } from './media.ts';

const CAP_KBPS = 1000;
const STEP_MS = 10;
const STEPS = 1000;
const DURATION_MS = STEP_MS * STEPS;
/** With its header; five in 10 ms are five times the cap. */
const PACKET_BYTES = 1250;
const PACKETS_IN_STEP = 5;
const HEADER_BYTES = 20;

/** For VP8 (RFC 7741) a whole keyframe, so that viewers can begin with any. */
function payload(number: number, byteLength = 6): Uint8Array {
  const bytes = new Uint8Array(byteLength);
  bytes[0] = 0x10;
  new DataView(bytes.buffer).setUint32(byteLength - 4, number);
  return bytes;
}

function sendVideo({ client, ssrcs }: Joined, i: number, byteLength?: number, transport = i): void {
  client.send(
    rtpPacket({
      ssrc: ssrcs.video,
      payloadType: clientPayloadTypes.vp8,
      sequenceNumber: i & 0xffff,
      timestamp: i * 900,
      transportSequenceNumber: transport & 0xffff,
      payload: payload(i, byteLength),
    }),
  );
}

function sendAudio({ client, ssrcs }: Joined, i: number, transport: number): void {
  client.send(
    rtpPacket({
      ssrc: ssrcs.audio,
      payloadType: clientPayloadTypes.opus,
      sequenceNumber: i & 0xffff,
      timestamp: i * 960,
      transportSequenceNumber: transport & 0xffff,
      payload: payload(i),
    }),
  );
}

test('one that sends five times its cap: its sound and others’ streams are whole, and the cap passes of its video', async t => {
  const world = new ShardWorld(61);
  await world.start(CAP_KBPS);
  const flooder = await world.publish('flood');
  const teacher = await world.publish('math-101');
  await world.pass(1000);
  const listener = await world.view('flood');
  const student = await world.view('math-101');
  await world.pass(1000);

  let transport = 0;
  let video = 0;
  for (let step = 0; step < STEPS; step += 1) {
    for (let i = 0; i < PACKETS_IN_STEP; i += 1) {
      sendVideo(flooder, video, PACKET_BYTES - HEADER_BYTES, transport);
      video += 1;
      transport += 1;
    }
    if (step % 2 === 0) {
      sendAudio(flooder, step / 2, transport);
      transport += 1;
    }
    sendVideo(teacher, step);
    await world.pass(STEP_MS);
  }
  await world.pass(500);

  const numbers = ({ client }: Joined, payloadTypes: readonly number[]) =>
    client.rtp
      .map(bytes => parseRtp(bytes)!)
      .filter(({ payloadType }) => payloadTypes.includes(payloadType))
      .map(({ bytes }) => numberOf(bytes));
  const { opus, vp8 } = clientPayloadTypes;
  t.deepEqual(
    numbers(student, [vp8]),
    Array.from({ length: STEPS }, (_, i) => i),
  );
  t.deepEqual(
    numbers(listener, [opus]),
    Array.from({ length: STEPS / 2 }, (_, i) => i),
  );

  const { session } = await world.askSession<Described>(flooder.session, { type: 'describe' });
  const taken = session.tracks.find(({ kind }) => kind === 'video')!;
  const kbps = (taken.bytes * 8) / DURATION_MS;
  t.log(`${Math.round(kbps)} kbit/s of ${CAP_KBPS * 5} pass; ${session.counters.rtpOverCap} packets dropped`);
  t.true(kbps > CAP_KBPS * 1.2 && kbps < CAP_KBPS * 1.33, `${kbps} kbit/s`);
  t.is(session.counters.rtpOverCap, video - taken.packets);

  // Its congestion control hears of four losses in five.
  const feedback = flooder.client.rtcp
    .flatMap(bytes => parseRtcp(bytes)!)
    .flatMap(packet => (packet.kind === 'transport-feedback' ? [packet] : []));
  const arrived = new Set(
    feedback.flatMap(({ arrivals }) => arrivals.map(({ sequenceNumber }) => sequenceNumber)),
  );
  t.is(arrived.size, taken.packets + STEPS / 2);

  const total = async () => (await world.report()).counters.packets_over_cap_total;
  t.is(await total(), session.counters.rtpOverCap);
  await flooder.client.leave();
  await world.pass(100);
  t.is(await total(), session.counters.rtpOverCap, 'also when the session is gone');
  t.deepEqual(world.failures, []);
  await world.stop();
});
