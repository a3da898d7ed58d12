import test from 'ava';
import { ClusterWorld } from '../../../simulations/cluster-world.ts';
import { parseRtp } from '../../../transports/rtp/packet.ts';
import { numberOf, sendVideo } from '../shard/media.ts';
import { cutLine, twoSites } from './two-sites.ts';

const FRAME_MS = 20;
/** What the line takes each way between any two nodes, and between clients and theirs. */
const DELAY_MS = 25;
/** Four of these lie between teacher and student, and each node may hold a packet for a turn. */
const LIVE_MS = 5 * DELAY_MS;

for (const { name, keyframes, blackoutMs } of [
  { name: 'with the keyframe out of history', keyframes: 50, blackoutMs: 2_000 },
  { name: 'with a keyframe that is older than the outage', keyframes: 200, blackoutMs: 1_000 },
]) {
  test(`when the line between two sites comes back, the picture does within 200 ms: ${name}`, async t => {
    const world = new ClusterWorld(1, twoSites, { delayMs: DELAY_MS });
    await world.start();
    const push = world.node('bj-push').shard;
    const pull = world.node('gz-pull').shard;
    const isKeyframe = (number: number) => number % keyframes === 0;
    let next = 0;
    const send = async (durationMs: number) => {
      const count = durationMs / FRAME_MS;
      await sendVideo(push, teacher, { first: next, count, intervalMs: FRAME_MS, isKeyframe });
      next += count;
    };
    const teacher = await push.publish('math-101');
    await world.pass(2000);
    const viewer = await pull.view('math-101');
    await world.pass(1000);
    await send(keyframes * FRAME_MS + 400);
    cutLine(world, true);
    await send(blackoutMs);
    const seen = () => viewer.client.rtp.map(bytes => numberOf(parseRtp(bytes)!.bytes));
    const before = seen().at(-1)!;
    t.true(before < next - (blackoutMs - LIVE_MS) / FRAME_MS, 'nothing comes while the line is out');
    cutLine(world, false);
    await send(200 + LIVE_MS);
    const after = seen();
    t.true(after.at(-1)! >= next - LIVE_MS / FRAME_MS, `${after.at(-1)} of ${next}`);
    const resumed = after.find(number => number > before)!;
    t.true(resumed === before + 1 || isKeyframe(resumed), `${before}, then ${resumed}`);
    await send(2_000);
    const whole = seen();
    const from = whole.indexOf(resumed);
    t.deepEqual(
      whole.slice(from),
      Array.from({ length: whole.length - from }, (_, place) => resumed + place),
      'from there on nothing is missing',
    );
    await world.stop();
  });
}
