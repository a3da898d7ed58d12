import test from 'ava';
import { clientPayloadTypes } from '../../simulations/client-sdp.ts';
import type { LinkSettings } from '../../simulations/impairment.ts';
import { SimulatedPlayer } from '../../simulations/player.ts';
import { type Joined, ShardWorld } from '../../simulations/shard-world.ts';
import { codecById } from '../../transports/rtp/codec.ts';
import { rtpPacket } from './shard/media.ts';

const SERVER = '10.0.0.1';
const seconds = 40;
const packetMs = 20;
const opus = codecById('opus')!;

async function sendAudio(world: ShardWorld, { client, ssrcs }: Joined): Promise<void> {
  for (let i = 0; i < (seconds * 1000) / packetMs; i += 1) {
    const numbers = {
      sequenceNumber: (65_000 + i) & 0xffff,
      timestamp: (2 ** 32 - 48_000 + i * 960) % 2 ** 32,
    };
    const payload = Uint8Array.of(i >> 8, i & 0xff);
    client.send(rtpPacket({ ssrc: ssrcs.audio, payloadType: clientPayloadTypes.opus, ...numbers, payload }));
    await world.pass(packetMs);
  }
}

test('a player holds back what its link needs, and no more: no gap is heard but for what is lost', async t => {
  const world = new ShardWorld(5);
  await world.start();
  const teacher = await world.publish('math-101');
  await world.pass(1000);
  const jittery: LinkSettings = { delayMs: 10, jitterMs: 120 };
  const watch = async (link: LinkSettings, limits = {}) => {
    const { client, address } = await world.view('math-101');
    world.network.impair(SERVER, address, link);
    return new SimulatedPlayer({ clock: world.clock, client, codec: opus, limits });
  };
  const players = {
    steady: await watch({ delayMs: 10 }),
    jittery: await watch(jittery),
    hasty: await watch(jittery, { mostMs: 20 }),
    lossy: await watch({ ...jittery, loss: 0.02 }),
  };
  await world.pass(1000);
  await sendAudio(world, teacher);
  await world.pass(1000);

  const sent = (seconds * 1000) / packetMs;
  const steady = players.steady.report();
  t.like(steady, { played: sent, gaps: 0, packetsLost: 0, packetsLate: 0, targetMs: 20 });
  t.true(steady.delayMs! <= 41, JSON.stringify(steady));

  const held = players.jittery.report();
  const hasty = players.hasty.report();
  t.is(held.played, sent);
  t.true(held.targetMs >= 80 && held.targetMs <= 140, JSON.stringify(held));
  t.true(held.delayMs! <= 160, JSON.stringify(held));
  t.is(held.gaps, 0);
  // The same link, and a player that would rather not hold anything back.
  t.true(hasty.gaps > 0 || hasty.delayMs! < held.delayMs!, JSON.stringify(hasty));

  const lossy = players.lossy.report();
  t.is(lossy.played + lossy.packetsLost, sent);
  t.true(lossy.packetsLost > 0 && lossy.packetsLost < sent * 0.04, JSON.stringify(lossy));
  t.true(lossy.gapsMs >= lossy.packetsLost * packetMs * 0.9, JSON.stringify(lossy));
  t.is(lossy.packetsLate, 0);
  t.deepEqual(world.failures, []);
  await world.stop();
});
