import test from 'ava';
import { launchChromium } from '../support/chromium.ts';
import { startCluster } from '../support/cluster.ts';
import { eventually, json } from '../support/node.ts';
import { keepsPlaying, pictureMoves } from './playing-page.ts';

interface Nodes {
  readonly nodes: readonly { readonly node: string }[];
}

interface Routed {
  readonly live: boolean;
  readonly viewers: number;
  readonly origin: string;
  readonly routes: readonly (readonly string[])[];
}

test('published in beijing, watched in guangzhou, through the processes of a cluster', async t => {
  const cluster = await startCluster();
  t.teardown(() => cluster.stop());
  await eventually('all nodes', 10_000, async () => {
    const { nodes } = await json<Nodes>(`${cluster.url}/api/nodes`);
    return nodes.length === 5 ? nodes : undefined;
  });
  const teacher = await launchChromium();
  t.teardown(() => teacher.close());
  const student = await launchChromium();
  t.teardown(() => student.close());

  const publisher = await teacher.page(`${cluster.url}/publish/math-101?autostart=1`);
  await publisher.getByText('Live', { exact: true }).waitFor();
  const viewer = await student.page(`${cluster.url}/watch/math-101`);
  await viewer.getByText('Live', { exact: true }).waitFor();
  await keepsPlaying(viewer);
  t.true(await pictureMoves(viewer));

  const routed = await eventually('route', 5_000, async () => {
    const found = await json<Routed>(`${cluster.url}/api/streams/math-101`);
    return found.routes.some(route => route.length === 4) ? found : undefined;
  });
  t.true(routed.live);
  t.is(routed.origin, 'bj-push');
  t.deepEqual(
    routed.routes.find(route => route.length === 4),
    ['bj-push', 'bj-relay', 'gz-relay', 'gz-pull'],
  );
});
