import test from 'ava';
import type { Message } from '../../../actors/runtime/behaviour.ts';
import { clientExtensionIds, clientPayloadTypes } from '../../../simulations/client-sdp.ts';
import { ShardWorld } from '../../../simulations/shard-world.ts';
import { ourExtensionIds } from '../../../transports/rtp/header-extensions.ts';
import { parseRtp } from '../../../transports/rtp/packet.ts';
import { readPlayoutDelay } from '../../../transports/rtp/playout-delay.ts';
import { rtpPacket, sendVideo } from './media.ts';

test('players are told to hold back by the jitter that the stream has, in the packets and by event', async t => {
  const world = new ShardWorld(71, { delayMs: 10, jitterMs: 120 });
  await world.start();
  const teacher = await world.publish('math-101');
  await world.pass(1000);
  const { client, session } = await world.view('math-101');
  await world.pass(1000);
  const heard: { event?: string; data?: { targetMs: string } }[] = [];
  const inbox = world.shard.system.inbox(message => heard.push(message as never));
  await world.askSession(session, { type: 'listen', listener: inbox.address } as Message);
  await sendVideo(world, teacher, { count: 1500, isKeyframe: number => number % 100 === 0 });
  await world.pass(500);

  const told = client.rtp.flatMap(
    bytes => readPlayoutDelay(parseRtp(bytes)!, ourExtensionIds.playoutDelay)?.minMs ?? [],
  );
  t.true(told.length > 0, 'in the packets');
  const last = told.at(-1)!;
  t.true(last >= 60 && last <= 200, `${last} ms in the packets`);
  const event = heard.filter(one => one.event === 'buffer').at(-1);
  t.is(event?.data?.targetMs, String(last));
  const report = await world.report();
  t.is(report.streams[0]!.bufferTargetMs, last);
  await world.stop();
});

test('who speaks is told in the API and by event', async t => {
  const world = new ShardWorld(72);
  await world.start();
  const teacher = await world.publish('math-101');
  await world.pass(1000);
  const speak = async (ms: number, levelDbov: number, from: number) => {
    for (let i = 0; i < ms / 20; i += 1) {
      const sequenceNumber = from + i;
      const bytes = rtpPacket({
        ssrc: teacher.ssrcs.audio,
        payloadType: clientPayloadTypes.opus,
        sequenceNumber,
        timestamp: sequenceNumber * 960,
        payload: Uint8Array.of(1),
      });
      // In place of the transport-wide sequence number, which nobody misses here.
      bytes.set([(clientExtensionIds.audioLevel << 4) | 0, -levelDbov, 0, 0], 16);
      teacher.client.send(bytes);
      await world.pass(20);
    }
    return from + ms / 20;
  };
  const events = () =>
    (world.log as { event?: string }[]).flatMap(({ event }) =>
      event?.startsWith('speaking') === true ? [event] : [],
    );
  let next = await speak(2000, -70, 0);
  t.deepEqual(events(), []);
  next = await speak(1000, -20, next);
  t.deepEqual(events(), ['speaking-started']);
  t.like((await world.report()).streams[0]!.speaker, { isSpeaking: true });
  await speak(3000, -70, next);
  t.deepEqual(events(), ['speaking-started', 'speaking-stopped']);
  t.like((await world.report()).streams[0]!.speaker, { isSpeaking: false });
  await world.stop();
});
