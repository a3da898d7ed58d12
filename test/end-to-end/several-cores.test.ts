import test from 'ava';
import { type ClientSsrcs, publisherOffer } from '../../simulations/client-sdp.ts';
import { eventually, json, post, startTestNode } from '../support/node.ts';

const CORES = 3;
const ice = { ufrag: 'abcd', pwd: 'apasswordof22letters00' };

interface NodesAnswer {
  readonly nodes: readonly {
    readonly publishers: number;
    readonly shards: readonly { readonly state: string; readonly port: number; readonly sessions: number }[];
  }[];
}

test('a node of several cores places publishers by their number, each on a port of its own, and tells of each core', async t => {
  const node = await startTestNode({ 'media.cores': String(CORES) });
  t.teardown(() => node.stop());
  t.is(new Set(node.mediaPorts).size, CORES);
  t.like(await json(`${node.url}/ready`), { status: 'ready', shards: CORES });

  const sessions: string[] = [];
  for (let uid = 0; uid < 2 * CORES; uid += 1) {
    const ssrcs: ClientSsrcs = { audio: 1, video: 2, videoRtx: 3 };
    const { session, sdp } = await post<{ session: string; sdp: string }>(`${node.url}/signaling/push`, {
      stream: `math-${uid}`,
      uid: String(uid),
      sdp: publisherOffer(ice, ssrcs),
    });
    sessions.push(session);
    const shard = uid % CORES;
    t.true(session.startsWith(`push-${shard}-`), session);
    t.true(sdp.includes(` 127.0.0.1 ${node.mediaPorts[shard]} typ host`), sdp);
    t.like(await json(`${node.url}/api/sessions/${session}`), { session, uid: String(uid), state: 'new' });
  }

  const { nodes } = await json<NodesAnswer>(`${node.url}/api/nodes`);
  t.deepEqual(
    nodes[0]!.shards.map(({ port, sessions: count }) => [port, count]),
    node.mediaPorts.map(port => [port, 2]),
  );
  t.is(nodes[0]!.publishers, 2 * CORES);
  const metrics = await eventually('load of every shard', 10_000, async () => {
    const text = await (await fetch(`${node.url}/metrics`)).text();
    return text.match(/^zrtc_shard_utilisation\{shard="\d"\} 0\.\d+$/gm)?.length === CORES ? text : undefined;
  });
  t.is(metrics.match(/^zrtc_shard_publishers\{shard="\d"\} 2$/gm)?.length, CORES);

  await Promise.all(sessions.map(session => post(`${node.url}/signaling/stop`, { session })));
  for (const session of sessions)
    t.like(await json(`${node.url}/api/sessions/${session}`), { state: 'ended' });
});
