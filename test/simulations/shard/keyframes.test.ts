import test from 'ava';
import type { Opened } from '../../../actors/protocol.ts';
import { makeSessionId } from '../../../actors/sessions/session-id.ts';
import { SimulatedClient } from '../../../simulations/client.ts';
import { clientPayloadTypes, iceOf, publisherOffer } from '../../../simulations/client-sdp.ts';
import { seededRandom } from '../../../simulations/seeded-random.ts';
import { type Joined, ShardWorld } from '../../../simulations/shard-world.ts';
import { buildPli } from '../../../transports/rtcp/build.ts';
import { parseRtcp } from '../../../transports/rtcp/parse.ts';
import { parseRtp } from '../../../transports/rtp/packet.ts';
import { rtpPacket, sendVideo } from './media.ts';

const SERVER = { address: '10.0.0.1', port: 7000 } as const;

/** The SSRCs that keyframes were asked of. */
function asked({ client }: Pick<Joined, 'client'>): number[] {
  return client.rtcp
    .flatMap(bytes => parseRtcp(bytes)!)
    .flatMap(packet => (packet.kind === 'picture-loss-indication' ? [packet.mediaSsrc] : []));
}

/** A publisher whose description does not tell its SSRCs. */
async function publishUntold(world: ShardWorld): Promise<Joined> {
  const random = seededRandom(99);
  const { clock, network } = world;
  const client = new SimulatedClient({ clock, network, random, address: '10.0.9.9' });
  const ssrcs = { audio: 91, video: 92, videoRtx: 93 };
  const offer = publisherOffer(client.ice, ssrcs)
    .split('\r\n')
    .filter(line => !line.startsWith('a=ssrc'))
    .join('\r\n');
  const session = makeSessionId('publisher', 0, random);
  const message = { type: 'open', session, stream: 'math-101', offer };
  const opened = await world.ask<Opened>('/shards/shard-0/pushes', message);
  client.connect(iceOf(opened.sdp), SERVER);
  return { session, client, address: '10.0.9.9', ssrcs };
}

test('who joins before the publisher has sent anything has a keyframe asked of the SSRC that was announced', async t => {
  const world = new ShardWorld(31);
  await world.start();
  const teacher = await world.publish('math-101');
  await world.pass(1000);
  await world.view('math-101');
  await world.pass(1000);
  t.deepEqual(asked(teacher), [teacher.ssrcs.video]);
  await world.stop();
});

test('where none was announced, the wish waits for the first packet', async t => {
  const world = new ShardWorld(32);
  await world.start();
  const teacher = await publishUntold(world);
  await world.pass(1000);
  await world.view('math-101');
  await world.pass(5000);
  t.deepEqual(asked(teacher), []);
  await sendVideo(world, teacher, { count: 3, isKeyframe: () => false });
  await world.pass(100);
  t.deepEqual(asked(teacher), [teacher.ssrcs.video]);
  await world.stop();
});

test('a request that got lost is made again: who joined gets a picture all the same, and then nobody asks any more', async t => {
  const world = new ShardWorld(35);
  await world.start();
  const teacher = await world.publish('math-101');
  await world.pass(1000);
  await sendVideo(world, teacher, { count: 600 });
  teacher.client.rtcp.length = 0;
  const { client } = await world.view('math-101');
  // The keyframe is too long past to begin with, and no other comes, whatever is asked for.
  await sendVideo(world, teacher, { count: 50, first: 600, isKeyframe: () => false });
  t.is(asked(teacher).length, 1);
  await sendVideo(world, teacher, { count: 150, first: 650, isKeyframe: () => false });
  t.is(asked(teacher).length, 2);
  t.is(client.rtp.length, 0);
  await sendVideo(world, teacher, { count: 500, first: 800 });
  t.true(client.rtp.length > 400);
  t.is(asked(teacher).length, 2);
  await world.stop();
});

test('one viewer that asks and asks gets a keyframe in five seconds; another that joins gets one at once', async t => {
  const world = new ShardWorld(33);
  await world.start();
  const teacher = await world.publish('math-101');
  await world.pass(1000);
  await sendVideo(world, teacher, { count: 1 });
  const { client } = await world.view('math-101');
  await world.pass(1000);
  await sendVideo(world, teacher, { count: 1, first: 1 });
  await world.pass(2000);
  teacher.client.rtcp.length = 0;
  const { ssrc } = parseRtp(client.rtp[0]!)!;
  for (let i = 0; i < 600; i += 1) {
    client.send(buildPli(1, ssrc));
    await world.pass(100);
  }
  const count = asked(teacher).length;
  t.true(count >= 13 && count <= 15, `${count} in a minute`);
  await world.view('math-101');
  await world.pass(1000);
  t.is(asked(teacher).length, count + 1);
  await world.stop();
});

test('audio has no keyframes: to ask for one on its SSRC is to ask for nothing', async t => {
  const world = new ShardWorld(34);
  await world.start();
  const teacher = await world.publish('math-101');
  await world.pass(1000);
  await sendVideo(world, teacher, { count: 1 });
  const { client } = await world.view('math-101');
  await world.pass(2000);
  teacher.client.rtcp.length = 0;
  const opus = { ssrc: teacher.ssrcs.audio, payloadType: clientPayloadTypes.opus };
  teacher.client.send(rtpPacket({ ...opus, sequenceNumber: 1, timestamp: 1, payload: Uint8Array.of(1) }));
  await world.pass(100);
  const ssrcOf = (payloadType: number) =>
    client.rtp.map(bytes => parseRtp(bytes)!).find(packet => packet.payloadType === payloadType)!.ssrc;
  client.send(buildPli(1, ssrcOf(clientPayloadTypes.opus)));
  await world.pass(2000);
  t.deepEqual(asked(teacher), []);

  await sendVideo(world, teacher, { count: 1, first: 1 });
  await world.pass(100);
  client.send(buildPli(1, ssrcOf(clientPayloadTypes.vp8)));
  await world.pass(2000);
  t.deepEqual(asked(teacher), [teacher.ssrcs.video]);
  await world.stop();
});
