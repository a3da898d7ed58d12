import test from 'ava';
import { startCluster } from '../support/cluster.ts';
import { eventually, json } from '../support/node.ts';
import { listen, open, peer, publishedH264, pull } from './datachannel-peer.ts';

interface Nodes {
  readonly nodes: readonly { readonly node: string; readonly packetsPerSecond?: number }[];
}

/** What the publisher sends: a packet a frame. */
const FRAMES_PER_SECOND = 30;

test('what crosses between sites does not grow with a second viewer there', async t => {
  const cluster = await startCluster();
  t.teardown(() => cluster.stop());
  const { url } = cluster;
  await eventually('all nodes', 10_000, async () => {
    const { nodes } = await json<Nodes>(`${url}/api/nodes`);
    return nodes.length === 5 ? nodes : undefined;
  });
  const publisher = await publishedH264(url, 'math-101');
  t.teardown(() => publisher.close());
  const counts = [0, 0];
  await view(0);
  const withOne = await steadyRate();
  await view(1);
  const withTwo = await steadyRate();
  t.log(`packets a second at the relay of guangzhou: ${withOne} with one viewer, ${withTwo} with two`);
  t.true(
    counts.every(count => count > FRAMES_PER_SECOND),
    counts.join(' and '),
  );
  t.true(withOne > 0.8 * FRAMES_PER_SECOND && withOne < 1.2 * FRAMES_PER_SECOND);
  t.true(withTwo > 0.8 * FRAMES_PER_SECOND && withTwo < 1.2 * FRAMES_PER_SECOND);

  async function view(which: number): Promise<void> {
    const viewer = peer(`viewer-${which}`);
    t.teardown(() => viewer.close());
    listen(viewer, () => {
      counts[which] = counts[which]! + 1;
    });
    const { session } = await pull(viewer, url, 'math-101');
    t.true(session.endsWith('.gz-pull'));
    await open(viewer);
  }

  /** The relay in guangzhou tells each second what it takes in; two equal words in a row are what it settled at. */
  function steadyRate(): Promise<number> {
    let last = -1;
    return eventually('steady rate', 20_000, async () => {
      await new Promise(resolve => setTimeout(resolve, 2_000));
      const { nodes } = await json<Nodes>(`${url}/api/nodes`);
      const rate = nodes.find(({ node }) => node === 'gz-relay')?.packetsPerSecond ?? 0;
      const isSteady = rate > 0 && Math.abs(rate - last) <= 2;
      last = rate;
      return isSteady ? rate : undefined;
    });
  }
});
