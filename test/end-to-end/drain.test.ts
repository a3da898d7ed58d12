/** A pull edge of a real cluster is drained: its viewer is told, and watches at another edge, without a pause to speak of. */
import test, { type ExecutionContext } from 'ava';
import { demultiplex } from '../../transports/webrtc/demultiplex.ts';
import { eventually, json, post } from '../support/node.ts';
import { ended, runCluster } from './cluster-command.ts';
import { listen, peer, publishedH264, pull } from './datachannel-peer.ts';

interface NodeBody {
  readonly node: string;
  readonly viewers: number;
  readonly draining?: boolean;
}

async function watching(t: ExecutionContext, url: string, name: string) {
  const viewer = peer(name);
  t.teardown(() => viewer.close());
  const arrivals: number[] = [];
  listen(viewer, bytes => {
    if (demultiplex(bytes) === 'srtp') arrivals.push(performance.now());
  });
  const { session, edge } = await pull(viewer, url, 'math-101');
  await eventually(`media for ${name}`, 15_000, () => (arrivals.length > 30 ? true : undefined));
  return { session, node: edge.node, arrivals };
}

/** Resolves when the session's client is told to come again. */
async function toldToReconnect(url: string, session: string): Promise<void> {
  const response = await fetch(`${url}/api/sessions/${session}/events`);
  let text = '';
  for await (const chunk of response.body!.pipeThrough(new TextDecoderStream())) {
    text += chunk;
    if (text.includes('event: reconnect')) return;
  }
  throw new Error(`the events ended without it: ${text}`);
}

test('its viewer goes on elsewhere, nobody new comes, and undrain takes it in again', async t => {
  const cluster = await runCluster();
  const { url } = cluster;
  t.teardown(() => ended(cluster));
  const publisher = await publishedH264(url, 'math-101');
  t.teardown(() => publisher.close());
  const first = await watching(t, url, 'first');
  const nodeOf = async (name: string) =>
    ((await json(`${url}/api/nodes`)) as { nodes: NodeBody[] }).nodes.find(({ node }) => node === name);
  await eventually('the viewer is counted', 5000, async () => {
    const node = await nodeOf(first.node);
    return node?.viewers === 1 ? true : undefined;
  });

  const told = toldToReconnect(url, first.session);
  t.is((await fetch(`${url}/api/nodes/${first.node}/drain`, { method: 'POST' })).status, 204);
  await told;
  const toldAtMs = performance.now();
  const second = await watching(t, url, 'second');
  await post(`${url}/signaling/stop`, { session: first.session });
  t.not(second.node, first.node);
  t.log(`media of ${second.node} ${Math.round(second.arrivals[0]! - toldAtMs)} ms after the word`);
  const last = first.arrivals.at(-1)!;
  t.true(last >= second.arrivals[0]!, 'the old session had media until the new one had');

  const left = await eventually('nobody is left', 10_000, async () => {
    const node = await nodeOf(first.node);
    return node?.viewers === 0 ? node : undefined;
  });
  t.true(left.draining);
  for (const name of ['third', 'fourth']) t.is((await watching(t, url, name)).node, second.node);

  t.is((await fetch(`${url}/api/nodes/${first.node}/drain`, { method: 'DELETE' })).status, 204);
  await eventually('it is taken in', 5000, async () => {
    const node = await nodeOf(first.node);
    return node?.draining === undefined ? true : undefined;
  });
  t.is((await watching(t, url, 'fifth')).node, first.node);
});
