import test from 'ava';
import { ClusterWorld } from '../../../simulations/cluster-world.ts';
import { DEFAULT_MTU_BYTES, ETHERNET_MTU_BYTES } from '../../../transports/relay/link-mtu.ts';
import { engines } from '../../transports/engines.ts';
import { twoSites } from './two-sites.ts';

/** Of IPv6, as links reckon with it over IPv4 too, and of UDP. */
const HEADER_BYTES = 40 + 8;
const mostMtuBytes = ETHERNET_MTU_BYTES;

for (const { name, sendsWhole } of engines) {
  const what = sendsWhole
    ? 'looks for a longer MTU by probes'
    : 'keeps to the MTU that is sure, and sends no probes';
  test(`a link of the ${name} engine ${what}`, async t => {
    const world = new ClusterWorld(1, twoSites, { delayMs: 5 }, { mostMtuBytes, sendsWhole });
    await world.start();
    const [from, to] = [world.node('gz-relay').address, world.node('bj-relay').address];
    const lengths: number[] = [];
    world.network.observe({
      sent(datagram) {
        if (datagram.from === from && datagram.to === to) lengths.push(datagram.bytes.length + HEADER_BYTES);
      },
    });
    await world.node('bj-push').shard.publish('math-101');
    await world.pass(2_000);
    await world.node('gz-pull').shard.view('math-101');
    await world.pass(3_000);
    t.true(lengths.length > 10, 'there is a link');
    const longest = Math.max(...lengths);
    if (sendsWhole) t.is(longest, mostMtuBytes);
    else t.true(longest <= DEFAULT_MTU_BYTES, `${longest}`);
    await world.stop();
  });
}
