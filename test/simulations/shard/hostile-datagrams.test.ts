import test from 'ava';
import fc from 'fast-check';
import { identityClose } from '../../../simulations/identity-security.ts';
import { ShardWorld } from '../../../simulations/shard-world.ts';
import { buildNack, buildPli, buildReceiverReport } from '../../../transports/rtcp/build.ts';
import { parseRtp } from '../../../transports/rtp/packet.ts';
import { rtpPacket, sendVideo } from './media.ts';

const SEED = 20_261_123;

type Damage = { readonly kind: 'flip' | 'cut' | 'insert'; readonly at: number; readonly byte: number };
const damage = fc.record({
  kind: fc.constantFrom('flip' as const, 'cut' as const, 'insert' as const),
  at: fc.nat(),
  byte: fc.nat(255),
});

function damaged(bytes: Uint8Array, all: readonly Damage[]): Uint8Array {
  let out = [...bytes];
  for (const { kind, at, byte } of all) {
    const place = at % (out.length + 1);
    if (kind === 'flip' && out.length > 0) out[place % out.length]! ^= byte;
    else if (kind === 'cut') out = out.slice(0, place);
    else out.splice(place, 0, byte);
  }
  return Uint8Array.from(out);
}

test('whatever a connected client sends, nobody else is disturbed, and the shard keeps all its actors', async t => {
  const world = new ShardWorld(SEED);
  await world.start();
  const teacher = await world.publish('math-101');
  await world.pass(1000);
  const student = await world.view('math-101');
  const attacker = await world.publish('evil');
  await world.pass(1000);
  const spy = await world.view('evil');
  await world.pass(1000);
  await sendVideo(world, attacker, { count: 20 });
  const valid = [
    rtpPacket({
      ssrc: attacker.ssrcs.video,
      payloadType: 96,
      sequenceNumber: 21,
      timestamp: 1,
      payload: new Uint8Array(40),
    }),
    rtpPacket({
      ssrc: attacker.ssrcs.video,
      payloadType: 97,
      sequenceNumber: 3,
      timestamp: 1,
      payload: new Uint8Array(40),
    }),
    buildNack(1, parseRtp(spy.client.rtp[0]!)!.ssrc, [1, 2, 3, 500]),
    buildPli(1, parseRtp(spy.client.rtp[0]!)!.ssrc),
    buildReceiverReport(1, []),
  ];
  const samples = fc.sample(
    fc.tuple(fc.nat(valid.length - 1), fc.array(damage, { maxLength: 4 }), fc.boolean()),
    {
      seed: SEED,
      numRuns: 3000,
    },
  );
  const isGoodbye = (bytes: Uint8Array) => bytes[0]! >= 20 && bytes[0]! <= 63;
  for (const [which, all, fromSpy] of samples) {
    const bytes = damaged(valid[which]!, all);
    if (!isGoodbye(bytes)) (fromSpy ? spy : attacker).client.send(bytes);
    if (which === 0) await world.pass(1);
  }
  await world.pass(100);

  student.client.rtp.length = 0;
  await sendVideo(world, teacher, { count: 50 });
  await world.pass(100);
  t.is(student.client.rtp.length, 50);
  t.is(world.shard.system.counters.crashes, 0);
  t.deepEqual(world.failures, []);
  attacker.client.send(identityClose);
  await world.pass(100);
  await world.stop();
});

test('datagrams of strangers change nothing and get no answer', async t => {
  const world = new ShardWorld(SEED + 1);
  await world.start();
  const teacher = await world.publish('math-101');
  await world.pass(1000);
  const answers: Uint8Array[] = [];
  const stranger = world.network.open({
    addresses: ['10.9.9.9'],
    port: 0,
    sink: { receive: bytes => answers.push(bytes.slice()), batchEnd: () => {} },
  });
  const before = world.shard.plane.entries;
  const path = { localAddress: '10.9.9.9', remoteAddress: '10.0.0.1', remotePort: 7000 };
  for (const bytes of fc.sample(fc.uint8Array({ maxLength: 200 }), { seed: SEED, numRuns: 2000 })) {
    for (const first of [0, 1, 22, 128, 144, bytes[0] ?? 255]) {
      const datagram = bytes.slice();
      if (datagram.length > 0) datagram[0] = first;
      stranger.send(datagram, path);
    }
  }
  await world.pass(100);
  t.is(world.shard.plane.entries, before);
  t.deepEqual(answers, []);
  const report = await world.report();
  t.true(report.counters.datagrams_of_nobody_total! > 0);
  t.true(report.counters.datagrams_unknown_total! > 0);
  t.is(report.publishers, 1);
  await teacher.client.leave();
  await stranger.close();
  await world.stop();
});
