import test from 'ava';
import { eventually, json, post, startTestNode } from '../support/node.ts';
import { firstPacket, open, peer, publishedH264, pull } from './datachannel-peer.ts';

const JOINS = 200;
/** As many at a time as a class that comes in together. */
const AT_ONCE = 20;

interface NodesAnswer {
  readonly nodes: readonly {
    readonly shards: readonly { readonly publishers: number; readonly viewers: number }[];
  }[];
}

test('200 real viewers come and go: no session, timer, actor or socket is left of them', async t => {
  // Those that fall silent are gone sooner than by default, so that the test is.
  const node = await startTestNode({ 'media.consentTimeoutMs': '10000' });
  t.teardown(() => node.stop());
  const before = await census(node.url);
  const publisher = await publishedH264(node.url, 'math-101');
  t.teardown(() => publisher.close());
  await eventually('live stream', 10_000, () =>
    json(`${node.url}/api/streams/math-101`).catch(() => undefined),
  );

  for (let joined = 0; joined < JOINS; joined += AT_ONCE) {
    const viewers = await Promise.all(
      Array.from({ length: AT_ONCE }, async (_, i) => {
        const viewer = peer(`viewer-${joined + i}`);
        const media = firstPacket(viewer);
        const { session } = await pull(viewer, node.url, 'math-101');
        await open(viewer);
        await media;
        return { viewer, session };
      }),
    );
    // Half say so over HTTP, half over DTLS only.
    for (const [i, { viewer, session }] of viewers.entries()) {
      if (i % 2 === 0) await post(`${node.url}/signaling/stop`, { session });
      viewer.close();
    }
  }
  publisher.close();

  await eventually('end of all sessions', 30_000, async () => {
    const { nodes } = await json<NodesAnswer>(`${node.url}/api/nodes`);
    return nodes[0]!.shards.every(({ publishers, viewers }) => publishers + viewers === 0) ? true : undefined;
  });
  const after = await eventually('state of rest', 10_000, async () => {
    const now = await census(node.url);
    return now.actors === before.actors && now.timers <= before.timers ? now : undefined;
  });
  t.deepEqual({ ...after, timers: 0 }, { ...before, timers: 0 });
});

/** What the shard holds, from its metrics, and this process's sockets (the node runs in it). */
async function census(
  url: string,
): Promise<Record<'actors' | 'timers' | 'mediaEntries' | 'udpSockets', number>> {
  const text = await (await fetch(`${url}/metrics`)).text();
  const value = (name: string) => Number(new RegExp(`^${name}(?:\\{[^}]*\\})? (\\d+)$`, 'm').exec(text)?.[1]);
  return {
    actors: value('zrtc_actors'),
    timers: value('zrtc_timers'),
    mediaEntries: value('zrtc_media_entries'),
    udpSockets: process.getActiveResourcesInfo().filter(name => name === 'UDPWrap').length,
  };
}
