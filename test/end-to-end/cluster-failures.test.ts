import { readdirSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import test, { type ExecutionContext } from 'ava';
import { demultiplex } from '../../transports/webrtc/demultiplex.ts';
import { eventually, json } from '../support/node.ts';
import { ended, isAlive, type RunningCluster, runCluster } from './cluster-command.ts';
import { listen, peer, publishedH264, pull } from './datachannel-peer.ts';

/** A process starts in about a second; three in a row may do so on a busy machine. */
const BACK_TIMEOUT_MS = 15_000;
/** What was away finds everything again within this. */
const FOUND_TIMEOUT_MS = 3_000;

/** That all of them are at one of two edges happens once in two thousand times. */
const VIEWERS_MAX = 12;

interface Viewer {
  /** Where its packets come from. */
  readonly node: string;
  /** When each packet of media came. */
  readonly arrivals: readonly number[];
}

/**
 * A viewer at either of the two pull edges, `near` in the site of the publisher: which of two edges that are alike somebody
 * gets is drawn by lot.
 */
async function oneAtEach(
  t: ExecutionContext,
  url: string,
): Promise<{ near: Viewer; far: Viewer; farSite: string }> {
  const byNode = new Map<string, Viewer>();
  for (let i = 0; i < VIEWERS_MAX && byNode.size < 2; i += 1) {
    const viewer = await watching(t, url, `viewer ${i}`);
    byNode.set(viewer.node, viewer);
  }
  t.deepEqual([...byNode.keys()].sort(), ['beijing-pull', 'guangzhou-pull']);
  const { origin } = await json<{ origin: string }>(`${url}/api/streams/math-101`);
  const [nearSite, farSite] = origin === 'beijing-push' ? ['beijing', 'guangzhou'] : ['guangzhou', 'beijing'];
  return { near: byNode.get(`${nearSite}-pull`)!, far: byNode.get(`${farSite}-pull`)!, farSite: farSite! };
}

async function watching(t: ExecutionContext, url: string, name: string): Promise<Viewer> {
  const viewer = peer(name);
  t.teardown(() => viewer.close());
  const arrivals: number[] = [];
  listen(viewer, bytes => {
    if (demultiplex(bytes) === 'srtp') arrivals.push(performance.now());
  });
  const pulled = await pull(viewer, url, 'math-101');
  await eventually(`media for ${name}`, 15_000, () => (arrivals.length > 30 ? true : undefined));
  return { node: pulled.edge.node, arrivals };
}

/** The longest time without a packet since `sinceMs`, until now. */
function longestGapMs({ arrivals }: Viewer, sinceMs: number): number {
  const since = [sinceMs, ...arrivals.filter(atMs => atMs >= sinceMs), performance.now()];
  return Math.max(...since.slice(1).map((atMs, i) => atMs - since[i]!));
}

/** Kills it, and waits until it is back. How long that took by the supervisor's words. */
async function killed(t: ExecutionContext, cluster: RunningCluster, pids: Map<string, number>, name: string) {
  const before = pids.get(name)!;
  const said = cluster.lines.length;
  process.kill(before, 'SIGKILL');
  const [, pid, tookMs] = await eventually(`${name} again`, BACK_TIMEOUT_MS, () =>
    cluster.lines
      .slice(said)
      .map(line => new RegExp(`^zrtc: ${name} \\(pid (\\d+)\\) is up again after (\\d+) ms$`).exec(line))
      .find(match => match !== null),
  );
  pids.set(name, Number(pid));
  t.not(Number(pid), before);
  t.true(
    cluster.lines
      .slice(said)
      .some(line => line.startsWith(`zrtc: ${name} (pid ${before}) ended by SIGKILL; `)),
  );
  for (const alive of pids.values()) t.true(isAlive(alive));
  t.log(`${name} is up again ${tookMs} ms after kill -9`);
}

/** Resolves when as many packets have come as a second has. */
function flows(viewer: Viewer, timeoutMs: number): Promise<true> {
  return eventually(`media at ${viewer.node}`, timeoutMs, () => {
    const nowMs = performance.now();
    return viewer.arrivals.filter(atMs => nowMs - atMs < 1000).length > 20 ? true : undefined;
  });
}

test.serial(
  'kill -9 of a pull process, a relay, the gateway: each comes back, the rest never stops',
  async t => {
    const cluster = await runCluster('--link', 'delay=30,loss=2');
    const { url } = cluster;
    t.teardown(() => ended(cluster));
    const pids = new Map(cluster.pids);
    t.is(pids.size, 8);
    const publisher = await publishedH264(url, 'math-101');
    t.teardown(() => publisher.close());
    const { near, far, farSite } = await oneAtEach(t, url);

    let sinceMs = performance.now();
    await killed(t, cluster, pids, 'gateway');
    await flows(near, 2_000);
    await flows(far, 2_000);
    for (const viewer of [near, far]) {
      const gapMs = Math.round(longestGapMs(viewer, sinceMs));
      t.log(`gateway killed: at most ${gapMs} ms between packets at ${viewer.node}`);
      t.true(gapMs < 1_000, `${gapMs} ms without media at ${viewer.node}`);
    }
    // It is asked as soon as it listens: until it has found the scheduler again it says so (503).
    const found = await eventually('the stream at the new gateway', FOUND_TIMEOUT_MS, () =>
      json(`${url}/api/streams/math-101`).catch(() => undefined),
    );
    t.like(found, { stream: 'math-101', live: true });

    sinceMs = performance.now();
    await killed(t, cluster, pids, `${farSite}-relay`);
    await flows(far, 20_000);
    const farGapMs = Math.round(longestGapMs(far, sinceMs));
    const nearGapMs = Math.round(longestGapMs(near, sinceMs));
    t.log(
      `${farSite}-relay killed: ${farGapMs} ms without media at ${far.node}, ${nearGapMs} ms at ${near.node}`,
    );
    t.true(nearGapMs < 1_000);
    t.true(farGapMs < 15_000);

    sinceMs = performance.now();
    await killed(t, cluster, pids, `${farSite}-pull`);
    await flows(near, 2_000);
    t.true(longestGapMs(near, sinceMs) < 1_000);
    const again = await watching(t, url, 'again');
    t.log(
      `${farSite}-pull killed: a new viewer at ${again.node} has media after ${Math.round(again.arrivals[0]! - sinceMs)} ms`,
    );

    t.is(await ended(cluster), 0);
    for (const [name, pid] of pids) t.false(isAlive(pid), name);
    t.deepEqual(readdirSync(cluster.folder), []);
  },
);

test.serial('a port that is taken: one line, and nothing is left behind', async t => {
  const taker = createServer();
  t.teardown(() => taker.close());
  await new Promise<void>(resolve => taker.listen(0, '127.0.0.1', resolve));
  const { port } = taker.address() as AddressInfo;
  const error = await t.throwsAsync(runCluster(`--http.port=${port}`));
  t.regex(error!.message, /^ended with 1: zrtc: cannot start: gateway: .*in use/);
});

test.serial('kill -9 of zrtc cluster itself: its nodes do not outlive it', async t => {
  const { child, pids } = await runCluster();
  t.teardown(() => {
    for (const pid of pids.values()) if (isAlive(pid)) process.kill(pid, 'SIGKILL');
  });
  child.removeAllListeners('exit').kill('SIGKILL');
  const living = () => [...pids].filter(([, pid]) => isAlive(pid)).map(([name]) => name);
  await eventually('end of all nodes', 15_000, () => (living().length === 0 ? true : undefined));
  t.deepEqual(living(), []);
});
