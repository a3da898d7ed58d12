import test from 'ava';
import type { Described } from '../../../actors/protocol.ts';
import { type Joined, ShardWorld } from '../../../simulations/shard-world.ts';
import { buildNack } from '../../../transports/rtcp/build.ts';
import { parseRtp } from '../../../transports/rtp/packet.ts';
import { demultiplex } from '../../../transports/webrtc/demultiplex.ts';
import { numberOf, sendVideo } from './media.ts';

const numbers = ({ client }: Joined) => client.rtp.map(bytes => numberOf(parseRtp(bytes)!.bytes));
const upTo = (count: number) => Array.from({ length: count }, (_, i) => i);

test('a plain viewer gets what the others get, repairs too, and without DTLS', async t => {
  const world = new ShardWorld(101);
  await world.start();
  const teacher = await world.publish('math-101');
  await world.pass(1000);
  const plain = await world.view('math-101', { isPlain: true });
  const other = await world.view('math-101');
  await world.pass(1000);
  await sendVideo(world, teacher, { count: 20 });
  await world.pass(100);
  t.deepEqual(numbers(plain), upTo(20));
  t.deepEqual(numbers(other), upTo(20));
  t.is(plain.client.connectedAtMs, undefined, 'no hands were shaken');

  const lost = parseRtp(plain.client.rtp[7]!)!;
  plain.client.rtp.length = 0;
  plain.client.send(buildNack(1, lost.ssrc, [lost.sequenceNumber]));
  await world.pass(100);
  t.deepEqual(numbers(plain), [7]);

  const { session } = await world.askSession<Described>(plain.session, { type: 'describe' });
  t.is(session.state, 'connected');
  t.is(session.explanation, 'Connected, without encryption.');
  await world.stop();
});

test('a plain viewer that vanishes is ended when its consent expires, and is sent nothing after that', async t => {
  const world = new ShardWorld(102);
  await world.start();
  const atRest = world.shard.plane.entries;
  const teacher = await world.publish('math-101');
  await world.pass(1000);
  const plain = await world.view('math-101', { isPlain: true });
  await world.pass(1000);
  await plain.client.vanish();
  await world.pass(30_000);
  const question = { type: 'describe-ended', session: plain.session };
  const ended = await world.ask<Described>('/shards/shard-0/ended', question);
  t.regex(ended.session.explanation, /fell silent: no connectivity check for 25 s/);
  t.is((await world.report()).viewers, 0);
  const sent = (await world.report()).counters.packets_sent_total!;
  await sendVideo(world, teacher, { count: 5 });
  t.is((await world.report()).counters.packets_sent_total, sent);
  await teacher.client.leave();
  await world.pass(100);
  t.is(world.shard.plane.entries, atRest);
  await world.stop();
});

test('a viewer that answers no check of ours, as one that forges its source could not, gets no media', async t => {
  const world = new ShardWorld(103);
  await world.start();
  const teacher = await world.publish('math-101');
  await world.pass(1000);
  // Its own checks have an answer of success, which is what it fails to send.
  const isAnswer = (bytes: Uint8Array) =>
    demultiplex(bytes) === 'stun' && bytes[0] === 0x01 && bytes[1] === 0x01;
  const plain = await world.view('math-101', { isPlain: true, mute: isAnswer });
  await world.pass(1000);
  await sendVideo(world, teacher, { count: 20 });
  t.deepEqual(plain.client.rtp, []);
  const { session } = await world.askSession<Described>(plain.session, { type: 'describe' });
  t.is(session.state, 'checking');
  t.regex(session.explanation, /has not answered one of ours/);
  await world.pass(25_000);
  const question = { type: 'describe-ended', session: plain.session };
  const ended = await world.ask<Described>('/shards/shard-0/ended', question);
  t.regex(ended.session.explanation, /answered none of ours within 20 s/);
  await world.stop();
});

test('what is no RTCP is counted, and harms nobody', async t => {
  const world = new ShardWorld(104);
  await world.start();
  await world.publish('math-101');
  await world.pass(1000);
  const plain = await world.view('math-101', { isPlain: true });
  await world.pass(1000);
  plain.client.send(Uint8Array.of(0x80, 201, 0, 1));
  plain.client.send(Uint8Array.of(0x80, 201, 0xff, 0xff, 0, 0, 0, 1));
  await world.pass(100);
  const { session } = await world.askSession<Described>(plain.session, { type: 'describe' });
  t.is(session.counters.srtpMalformed, 1);
  t.is(session.counters.rtcpMalformed, 1);
  t.is(session.state, 'connected');
  await world.stop();
});
