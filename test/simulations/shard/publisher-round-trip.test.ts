import test from 'ava';
import type { Described } from '../../../actors/protocol.ts';
import { ShardWorld } from '../../../simulations/shard-world.ts';
import { buildDelaySinceLastReceiverReport } from '../../../transports/rtcp/build.ts';
import { middleOfNtp, shortUnitsFromMs } from '../../../transports/rtcp/ntp.ts';
import type { ExtendedReport } from '../../../transports/rtcp/packets.ts';
import { parseRtcp } from '../../../transports/rtcp/parse.ts';
import { sendVideo } from './media.ts';

const DELAY_MS = 30;

test('a publisher that answers our reference times has its round trip in its report', async t => {
  const world = new ShardWorld(51, { delayMs: DELAY_MS });
  await world.start();
  const teacher = await world.publish('math-101');
  await world.pass(1000);
  await sendVideo(world, teacher, { count: 100 });
  const describe = () => world.askSession<Described>(teacher.session, { type: 'describe' });
  t.is((await describe()).session.roundTripMs, undefined);

  const extended = () =>
    teacher.client.rtcp
      .flatMap(bytes => parseRtcp(bytes)!)
      .filter((packet): packet is ExtendedReport => packet.kind === 'extended-report');
  const before = extended().length;
  while (extended().length === before) await world.pass(1);
  const heldMs = 170;
  await world.pass(heldMs);
  const { ssrc, blocks } = extended().at(-1)!;
  const [time] = blocks;
  if (time?.kind !== 'receiver-reference-time') throw new Error('no reference time');
  teacher.client.send(
    buildDelaySinceLastReceiverReport(teacher.ssrcs.video, [
      {
        ssrc,
        lastReceiverReport: middleOfNtp(time.ntp),
        delaySinceLastReceiverReport: shortUnitsFromMs(heldMs),
      },
    ]),
  );
  await world.pass(100);
  const measuredMs = (await describe()).session.roundTripMs!;
  t.true(Math.abs(measuredMs - 2 * DELAY_MS) <= 1, `${measuredMs} ms`);
  await world.stop();
});
