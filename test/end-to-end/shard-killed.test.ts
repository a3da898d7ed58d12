import test from 'ava';
import {
  type Happening,
  type LastingViewer,
  publishOnAndOn,
  watchOnAndOn,
} from '../../simulations/load/lasting-clients.ts';
import { openSignalling } from '../../simulations/load/signalling.socket.ts';
import { systemClock } from '../../transports/clock.ts';
import { makeCertificate } from '../../transports/dtls/certificate.ts';
import { systemRandom } from '../../transports/random.ts';
import { startMortalNode } from '../support/mortal-node.ts';
import { eventually, json } from '../support/node.ts';

/** Viewers of each stream on each shard. */
const VIEWERS = 10;
const DYING = 0;
const SURVIVING = 1;
const BEFORE_MS = 3000;
const AFTER_MS = 3000;
/**
 * What it takes is printed; the limits are for a machine whose two cores have a lot more to do, and what this process was late
 * by itself does not count. Undisturbed, viewers on the other shard see no gap of 100 ms, and those who connect anew one of
 * 600 to 900.
 */
const UNDISTURBED_MAX_MS = 400;
const TOLD_MAX_MS = 1500;
const UP_MAX_MS = 3000;
const AGAIN_MAX_MS = 5000;
/** So often a client asks again for what is not there yet, to see when it is. */
const ASK_AGAIN_MS = 50;
/** How often this process looks whether it is late. */
const OWN_LAG_EVERY_MS = 5;

interface NodesAnswer {
  readonly nodes: readonly {
    readonly shards: readonly { readonly state: string; readonly port?: number }[];
  }[];
}

interface Group {
  /** Where the viewers are, and where the stream is published. */
  readonly on: number;
  readonly from: number;
  readonly viewers: readonly LastingViewer[];
}

const longest = (values: readonly number[]) => Math.round(Math.max(...values));
const shardOf = (session: string) => Number(session.split('-')[1]);

/** The longest time between two frames of which the later came in that time, ms. */
function longestGapMs(frames: readonly number[], fromMs: number, untilMs: number): number {
  const gaps = frames.map((atMs, i) =>
    atMs > fromMs && atMs <= untilMs ? atMs - (frames[i - 1] ?? atMs) : 0,
  );
  return Math.max(...gaps);
}

/** How late this process is by itself, since what its clients see is no earlier than it looks. */
function noteOwnLag(): { readonly moments: readonly number[]; readonly stop: () => void } {
  const moments: number[] = [];
  const timer = setInterval(() => moments.push(systemClock.nowMs()), OWN_LAG_EVERY_MS);
  return { moments, stop: () => clearInterval(timer) };
}

test('a shard is killed under load: who notices, and for how long', async t => {
  const node = await startMortalNode({ 'media.cores': '2' });
  t.teardown(() => node.stop());
  const { url } = node;
  const signalling = openSignalling(url);
  t.teardown(() => signalling.close());
  const certificate = await makeCertificate(Date.UTC(2026, 0, 1));
  const options = {
    url,
    certificate,
    random: systemRandom,
    clock: systemClock,
    signalling,
    askAgainMs: ASK_AGAIN_MS,
  };
  const streamOf = (shard: number) => `class-${shard}`;

  const publishers = await Promise.all(
    [DYING, SURVIVING].map(shard =>
      publishOnAndOn({ ...options, stream: streamOf(shard), uid: String(shard) }),
    ),
  );
  t.deepEqual(
    publishers.map(({ session }) => shardOf(session())),
    [DYING, SURVIVING],
  );
  for (const shard of [DYING, SURVIVING]) {
    await eventually('live stream', 10_000, async () => {
      const { live } = await json<{ live: boolean }>(`${url}/api/streams/${streamOf(shard)}`).catch(() => ({
        live: false,
      }));
      return live ? true : undefined;
    });
  }
  const groups: Group[] = [];
  for (const on of [SURVIVING, DYING])
    for (const from of [SURVIVING, DYING]) {
      const uids = Array.from({ length: VIEWERS }, (_, i) => String(2 * i + on));
      const viewers = await Promise.all(
        uids.map(uid => watchOnAndOn({ ...options, stream: streamOf(from), uid })),
      );
      t.true(viewers.every(({ session }) => shardOf(session()) === on));
      groups.push({ on, from, viewers });
    }
  const all = groups.flatMap(({ viewers }) => viewers);
  t.teardown(() => Promise.all([...all, ...publishers].map(client => client.leave())));
  await eventually(
    'picture for all',
    10_000,
    () => all.every(viewer => viewer.frames().length > 0) || undefined,
  );
  const own = noteOwnLag();
  t.teardown(own.stop);
  const flowingAtMs = systemClock.nowMs() + 500;
  await new Promise(resolve => setTimeout(resolve, BEFORE_MS));

  const before = await json<NodesAnswer>(`${url}/api/nodes`);
  const killedAtMs = await node.kill(DYING);
  const upAgain = await eventually('shard that is up again', 10_000, async () => {
    const { nodes } = await json<NodesAnswer>(`${url}/api/nodes`);
    const { state, port } = nodes[0]!.shards[DYING]!;
    const isNew = state === 'up' && port !== before.nodes[0]!.shards[DYING]!.port;
    return isNew ? systemClock.nowMs() - killedAtMs : undefined;
  });
  t.log(`shard ${DYING} is killed, and up again after ${Math.round(upAgain)} ms`);
  t.true(upAgain < UP_MAX_MS);
  await eventually(
    'picture for all',
    15_000,
    () => all.every(viewer => systemClock.nowMs() - viewer.frames().at(-1)! < 200) || undefined,
  );
  await new Promise(resolve => setTimeout(resolve, AFTER_MS));
  const endAtMs = systemClock.nowMs();

  const ownMs = (fromMs: number, untilMs: number) =>
    Math.round(longestGapMs(own.moments, fromMs, untilMs) - OWN_LAG_EVERY_MS);
  const lateMs = ownMs(killedAtMs, endAtMs);
  t.log(
    `this process itself was late by ${ownMs(flowingAtMs, killedAtMs)} ms before, and by ${lateMs} ms then`,
  );
  const after = (viewers: readonly LastingViewer[], what: Happening) =>
    longest(
      viewers.map(({ happened }) => {
        const first = happened.find(one => one.what === what && one.atMs >= killedAtMs);
        return first === undefined ? Number.POSITIVE_INFINITY : first.atMs - killedAtMs;
      }),
    );
  for (const { on, from, viewers } of groups) {
    const beforeMs = longest(viewers.map(viewer => longestGapMs(viewer.frames(), flowingAtMs, killedAtMs)));
    const thenMs = longest(viewers.map(viewer => longestGapMs(viewer.frames(), killedAtMs, endAtMs)));
    const where = `${on === DYING ? 'on the dead shard' : 'on the other shard'}, of a stream published ${from === DYING ? 'on the dead one' : 'there'}`;
    const told = (['inactive', 'ended', 'joined', 'active'] as const)
      .map(what => [what, after(viewers, what)] as const)
      .filter(([, atMs]) => Number.isFinite(atMs));
    t.log(
      `${VIEWERS} viewers ${where}: longest gap ${beforeMs} ms before, ${thenMs} ms then; told at the latest ${JSON.stringify(Object.fromEntries(told))}`,
    );
    const events = viewers.map(({ happened }) =>
      happened.filter(({ atMs }) => atMs >= killedAtMs).map(({ what }) => what),
    );
    if (on === DYING) {
      t.true(
        viewers.every(({ sessions }) => sessions() === 2),
        where,
      );
      t.true(after(viewers, 'ended') < TOLD_MAX_MS, where);
      t.true(thenMs < AGAIN_MAX_MS, where);
      continue;
    }
    t.true(
      viewers.every(({ sessions }) => sessions() === 1),
      where,
    );
    for (const told of events) t.deepEqual(told, from === DYING ? ['inactive', 'active'] : [], where);
    if (from === DYING) t.true(after(viewers, 'inactive') < TOLD_MAX_MS, where);
    t.true(thenMs - lateMs < (from === DYING ? AGAIN_MAX_MS : UNDISTURBED_MAX_MS), where);
  }
  t.deepEqual(
    publishers.map(({ sessions }) => sessions()),
    [2, 1],
  );
});
