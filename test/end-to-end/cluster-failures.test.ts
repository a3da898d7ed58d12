/**
 * Whatever dies in a cluster of real processes, classes go on: of two teachers' and students' pages, and of viewers at both
 * pull edges, is measured for how long they do without.
 */
import { readdirSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import test, { type ExecutionContext } from 'ava';
import type { Page } from 'playwright-core';
import { parseSessionId } from '../../actors/sessions/session-id.ts';
import { hearEvents } from '../../simulations/load/session-events.ts';
import { launchChromium } from '../support/chromium.ts';
import { eventually, json, post } from '../support/node.ts';
import { ended, isAlive, type RunningCluster, runCluster } from './cluster-command.ts';
import { flowsSince, longestGapMs, oneAtEach, type Viewer } from './cluster-viewers.ts';
import { type H264Publisher, type Pulled, publishedH264 } from './datachannel-peer.ts';
import { keepPeers } from './page-peers.ts';
import { longestStop, noteMoments } from './playing-moments.ts';
import { figuresOf, keepsPlaying } from './playing-page.ts';

const STREAM = 'math-101';
/** A process starts in about a second; on a machine that does other things it takes several. */
const BACK_TIMEOUT_MS = 15_000;
/** The numbers that are promised. */
const SILENT_OUT_MS = 5_000;
const PARENT_REPLACED_MS = 1_000;
const FOUND_AGAIN_MS = 3_000;
/** A page waits up to half a second before it comes again, then connects, and its first keyframe has to come. */
const PAGE_AGAIN_MS = 5_000;
/** Several, as the scheduler chooses among near-equals by chance. */
const PLACED_AGAIN = 4;
/** What does not stop has no longer gaps than a busy machine makes. */
const UNTOUCHED_MS = 1_000;

interface Routed {
  readonly live: boolean;
  readonly origin: string;
  readonly routes: readonly (readonly string[])[];
}

interface Listed {
  readonly nodes: readonly { readonly node: string; readonly silentMs?: number }[];
}

function nodeOf(session: string | undefined): string {
  return parseSessionId(session ?? '')?.node ?? '';
}

/** A class that is taught and watched by pages, and by a viewer at each pull edge. */
class Class {
  readonly t: ExecutionContext;
  readonly cluster: RunningCluster;
  readonly pids: Map<string, number>;
  readonly teacher: Page;
  readonly student: Page;
  readonly viewers: ReadonlyMap<string, Viewer>;
  readonly #killed = new Set<string>();

  constructor(facts: Pick<Class, 't' | 'cluster' | 'pids' | 'teacher' | 'student' | 'viewers'>) {
    this.t = facts.t;
    this.cluster = facts.cluster;
    this.pids = facts.pids;
    this.teacher = facts.teacher;
    this.student = facts.student;
    this.viewers = facts.viewers;
  }

  get url(): string {
    return this.cluster.url;
  }

  routed(): Promise<Routed> {
    return json<Routed>(`${this.url}/api/streams/${STREAM}`);
  }

  async nodes(): Promise<readonly string[]> {
    const { nodes } = await json<Listed>(`${this.url}/api/nodes`);
    return nodes.map(({ node }) => node);
  }

  kill(name: string, signal: 'SIGKILL' | 'SIGSTOP' | 'SIGCONT'): number {
    process.kill(this.pids.get(name)!, signal);
    if (signal === 'SIGKILL') this.#killed.add(name);
    return performance.now();
  }

  /** Once all processes are there that were killed and not waited for. */
  async allBack(): Promise<void> {
    for (const name of this.#killed) await this.back(name);
  }

  /** The nodes that the stream passes on its way to that edge. */
  routeTo(edge: string): Promise<readonly string[]> {
    return eventually(`the way to ${edge}`, FOUND_AGAIN_MS, async () =>
      (await this.routed()).routes.find(nodes => nodes.at(-1) === edge),
    );
  }

  /** Once the process is there again that was killed. */
  async back(name: string): Promise<void> {
    const before = this.pids.get(name)!;
    const pattern = new RegExp(`^zrtc: ${name} \\(pid (\\d+)\\) is up again after (\\d+) ms$`);
    const [, pid, tookMs] = await eventually(`${name} again`, BACK_TIMEOUT_MS, () =>
      this.cluster.lines
        .map(line => pattern.exec(line))
        .filter(match => match !== null)
        .at(-1),
    );
    this.t.true(
      this.cluster.lines.some(line => line.startsWith(`zrtc: ${name} (pid ${before}) ended by SIGKILL; `)),
    );
    this.pids.set(name, Number(pid));
    this.#killed.delete(name);
    this.t.log(`${name}: the process is there again ${tookMs} ms after kill -9`);
  }

  gapAt(node: string, sinceMs: number): number {
    return longestGapMs(this.viewers.get(node)!, sinceMs);
  }
}

async function begin(t: ExecutionContext): Promise<Class> {
  const cluster = await runCluster('--link', 'delay=30,loss=2');
  t.teardown(() => ended(cluster));
  const { url } = cluster;
  const browser = await launchChromium();
  t.teardown(() => browser.close());
  await keepPeers(browser.context);
  const teacher = await browser.page(`${url}/publish/${STREAM}?autostart=1`);
  await teacher.getByText('Live', { exact: true }).waitFor();
  const student = await browser.page(`${url}/watch/${STREAM}`);
  const viewers = await oneAtEach(t, url, STREAM);
  t.deepEqual([...viewers.keys()].sort(), ['beijing-pull', 'guangzhou-pull']);
  await keepsPlaying(student, 15, 12_000);
  await noteMoments(student);
  return new Class({ t, cluster, pids: new Map(cluster.pids), teacher, student, viewers });
}

/** How long the student's picture and sound stood still at most since `sinceMs`, by Date.now(). */
async function stopsOf({ student }: Class, sinceMs: number): Promise<{ picture: number; sound: number }> {
  await keepsPlaying(student, 15, 12_000);
  const nowMs = Date.now();
  const stop = async (what: 'picture' | 'sound') =>
    Math.round((await longestStop(student, what, sinceMs, nowMs)).lengthMs);
  return { picture: await stop('picture'), sound: await stop('sound') };
}

async function gatewayKilled(lesson: Class): Promise<void> {
  const { t, student } = lesson;
  const { session } = await figuresOf(student);
  const atMs = Date.now();
  lesson.kill('gateway', 'SIGKILL');
  await lesson.back('gateway');
  // It is asked as soon as it listens: until it has found the scheduler again it says so (503).
  const found = await eventually('the stream at the new gateway', FOUND_AGAIN_MS, () =>
    lesson.routed().catch(() => undefined),
  );
  t.true(found.live);
  const { picture, sound } = await stopsOf(lesson, atMs);
  t.log(`gateway killed: a student's page had no picture for ${picture} ms, no sound for ${sound} ms`);
  t.true(picture < UNTOUCHED_MS && sound < UNTOUCHED_MS);
  t.is((await figuresOf(student)).session, session);
}

async function pushEdgeKilled(lesson: Class): Promise<void> {
  const { t, teacher, student, viewers } = lesson;
  const before = nodeOf((await figuresOf(teacher)).session);
  const { session } = await figuresOf(student);
  const atMs = Date.now();
  const sinceMs = lesson.kill(before, 'SIGKILL');
  await eventually('the teacher elsewhere', PAGE_AGAIN_MS, async () => {
    const { state, session: now } = await figuresOf(teacher);
    return state === 'live' && nodeOf(now) !== before ? true : undefined;
  });
  const teacherMs = Math.round(performance.now() - sinceMs);
  const after = nodeOf((await figuresOf(teacher)).session);
  for (const viewer of viewers.values()) await flowsSince(viewer, sinceMs + teacherMs, PAGE_AGAIN_MS);
  const { picture, sound } = await stopsOf(lesson, atMs);
  const gaps = [...viewers.keys()].map(node => `${lesson.gapAt(node, sinceMs)} ms at ${node}`).join(', ');
  t.log(
    `${before} killed: its teacher's page is live at ${after} after ${teacherMs} ms; without media: ${gaps}`,
  );
  t.log(`${before} killed: a student's page had no picture for ${picture} ms, no sound for ${sound} ms`);
  t.true(picture < PAGE_AGAIN_MS && sound < PAGE_AGAIN_MS);
  t.is((await figuresOf(student)).session, session, 'viewers keep their sessions');
}

async function pullEdgeKilled(lesson: Class): Promise<void> {
  const { t, student } = lesson;
  const { session } = await figuresOf(student);
  const before = nodeOf(session);
  const other = [...lesson.viewers.keys()].find(node => node !== before)!;
  const atMs = Date.now();
  const sinceMs = lesson.kill(before, 'SIGKILL');
  await eventually('the student elsewhere', PAGE_AGAIN_MS, async () => {
    const { state, session: now } = await figuresOf(student);
    return state === 'live' && nodeOf(now) !== before ? true : undefined;
  });
  const { picture, sound } = await stopsOf(lesson, atMs);
  const after = nodeOf((await figuresOf(student)).session);
  t.log(
    `${before} killed: its student's page is at ${after}, without picture for ${picture} ms, sound ${sound} ms`,
  );
  t.true(picture < PAGE_AGAIN_MS && sound < PAGE_AGAIN_MS);
  t.true(lesson.gapAt(other, sinceMs) < UNTOUCHED_MS);
}

/**
 * The relay that the student's edge gets the stream from is killed; or that of the other edge stands still, which nothing but
 * its silence tells.
 */
async function parentGone(lesson: Class, signal: 'SIGKILL' | 'SIGSTOP'): Promise<void> {
  const { t, student, viewers } = lesson;
  const { session } = await figuresOf(student);
  const isMeant = (node: string) => (node === nodeOf(session)) === (signal === 'SIGKILL');
  const edge = [...viewers.keys()].find(isMeant)!;
  const route = await lesson.routeTo(edge);
  const parent = route.at(-2)!;
  t.regex(parent, /-relay$/, route.join(' '));
  const atMs = Date.now();
  const sinceMs = lesson.kill(parent, signal);
  const { picture, sound } = await stopsOf(lesson, atMs);
  const gapMs = lesson.gapAt(edge, sinceMs);
  const gone = signal === 'SIGKILL' ? 'killed' : 'stands still';
  t.log(`${parent} ${gone} (${route.join(' → ')}): ${gapMs} ms without media`);
  t.log(`${parent} ${gone}: a student's page had no picture for ${picture} ms, no sound for ${sound} ms`);
  t.true(gapMs < PARENT_REPLACED_MS);
  t.is((await figuresOf(student)).session, session);
  if (signal === 'SIGSTOP') lesson.kill(parent, 'SIGCONT');
}

/** Publishes until the test ends, and is live; at another edge than `except`, for which that one is drained meanwhile. */
async function published(lesson: Class, stream: string, except?: string): Promise<H264Publisher> {
  const drain = (method: 'POST' | 'DELETE') =>
    fetch(`${lesson.url}/api/nodes/${except}/drain`, { method }).then(({ status }) =>
      lesson.t.is(status, 204),
    );
  if (except !== undefined) await drain('POST');
  const publisher = await publishedH264(lesson.url, stream);
  lesson.t.teardown(() => publisher.close());
  if (except !== undefined) await drain('DELETE');
  await eventually(`${stream} at ${nodeOf(publisher.session)}`, PAGE_AGAIN_MS, async () => {
    const routed = await json<Routed>(`${lesson.url}/api/streams/${stream}`).catch(() => undefined);
    return routed?.origin === nodeOf(publisher.session) ? true : undefined;
  });
  return publisher;
}

async function publishedElsewhere(lesson: Class): Promise<void> {
  const { t, url } = lesson;
  const older = await published(lesson, 'physics');
  let told: { readonly reason: unknown; readonly atMs: number } | undefined;
  const heard = hearEvents(url, older.session, AbortSignal.timeout(4 * PAGE_AGAIN_MS), (event, data) => {
    if (event === 'ended') told = { ...(data as { reason: string }), atMs: performance.now() };
  });
  const newer = await published(lesson, 'physics', nodeOf(older.session));
  const liveAtMs = performance.now();
  await heard;
  t.is(told?.reason, 'replaced');
  const afterMs = Math.round(Math.max(0, told!.atMs - liveAtMs));
  t.log(
    `published anew at ${nodeOf(newer.session)}: ${nodeOf(older.session)}'s publisher is told ${afterMs} ms after that is known`,
  );
  t.true(afterMs < UNTOUCHED_MS);
}

/** The teacher's push edge, and a pull edge, are there and say nothing. */
async function fallenSilent(lesson: Class): Promise<void> {
  const { t, url, teacher, student, pids } = lesson;
  const { session } = await figuresOf(student);
  const push = nodeOf((await figuresOf(teacher)).session);
  const pull = [...lesson.viewers.keys()].find(node => node !== nodeOf(session))!;
  // Two streams are published there, and none at the other.
  let chemistry = await published(lesson, 'chemistry');
  for (let again = 0; again < PLACED_AGAIN && nodeOf(chemistry.session) === push; again += 1) {
    chemistry.close();
    chemistry = await published(lesson, 'chemistry');
  }
  t.not(nodeOf(chemistry.session), push);
  const atMs = Date.now();
  const sinceMs = lesson.kill(push, 'SIGSTOP');
  lesson.kill(pull, 'SIGSTOP');
  let lastPlacedMs = 0;
  let slowestMs = 0;
  let teacherMs = 0;
  const isOut = async () => {
    const askedMs = performance.now();
    const placed = await placing(url, 'chemistry');
    slowestMs = Math.max(slowestMs, performance.now() - askedMs);
    if (placed === pull) lastPlacedMs = performance.now() - sinceMs;
    const { state, session: now } = await figuresOf(teacher);
    if (teacherMs === 0 && state === 'live' && nodeOf(now) !== push) teacherMs = performance.now() - sinceMs;
    const nodes = await lesson.nodes();
    return nodes.includes(push) || nodes.includes(pull) || teacherMs === 0
      ? undefined
      : performance.now() - sinceMs;
  };
  const outMs = await eventually('silent nodes out of placement', SILENT_OUT_MS + PAGE_AGAIN_MS, isOut);
  t.log(`${push} and ${pull} silent: out of placement within ${Math.round(outMs)} ms`);
  t.log(
    `${pull} silent: placed there last after ${Math.round(lastPlacedMs)} ms; nobody waited for more than ${Math.round(slowestMs)} ms`,
  );
  t.log(`${push} silent: its teacher's page is live elsewhere after ${Math.round(teacherMs)} ms`);
  t.true(outMs < SILENT_OUT_MS && lastPlacedMs < SILENT_OUT_MS && slowestMs < SILENT_OUT_MS);
  for (let i = 0; i < PLACED_AGAIN; i += 1) t.not(await placing(url, 'chemistry'), pull);
  const { picture, sound } = await stopsOf(lesson, atMs);
  t.true(picture < SILENT_OUT_MS + PAGE_AGAIN_MS && sound < SILENT_OUT_MS + PAGE_AGAIN_MS);
  t.log(`${push} silent: a student's page had no picture for ${picture} ms, no sound for ${sound} ms`);
  t.is((await figuresOf(student)).session, session);

  for (const node of [push, pull]) lesson.kill(node, 'SIGCONT');
  const awakeMs = performance.now();
  await eventually('all nodes', FOUND_AGAIN_MS, async () =>
    (await lesson.nodes()).length === pids.size ? true : undefined,
  );
  t.log(`they are known again ${Math.round(performance.now() - awakeMs)} ms after they go on`);
  chemistry.close();
}

/** Where somebody who would watch is sent to, and goes again. */
async function placing(url: string, stream: string): Promise<string> {
  const { session, edge } = await post<Pulled>(`${url}/signaling/pull`, { stream });
  await post(`${url}/signaling/stop`, { session });
  return edge.node;
}

async function schedulerKilled(lesson: Class): Promise<void> {
  const { t, url, student, pids } = lesson;
  const { session } = await figuresOf(student);
  const atMs = Date.now();
  lesson.kill('scheduler', 'SIGKILL');
  let isBack = false;
  let newcomers = 0;
  const coming = (async () => {
    while (!isBack) {
      await placing(url, STREAM);
      newcomers += 1;
    }
  })();
  await Promise.race([lesson.back('scheduler'), coming]);
  isBack = true;
  const sinceMs = performance.now();
  await coming;
  t.true(newcomers > 0);
  t.log(`scheduler killed: ${newcomers} new viewers of a stream that is there have come meanwhile`);
  await eventually('all that it knew', FOUND_AGAIN_MS, async () => {
    const [nodes, routed] = await Promise.all([lesson.nodes(), lesson.routed()]).catch(() => []);
    const knows = nodes?.length === pids.size && routed?.live === true && routed.origin !== undefined;
    return knows && routed.routes.some(route => route.at(-1) === nodeOf(session)) ? true : undefined;
  });
  const foundMs = Math.round(performance.now() - sinceMs);
  t.log(`the scheduler knows all nodes and ways again ${foundMs} ms after its return`);
  const { picture, sound } = await stopsOf(lesson, atMs);
  t.log(`scheduler killed: a student's page had no picture for ${picture} ms, no sound for ${sound} ms`);
  t.true(picture < UNTOUCHED_MS && sound < UNTOUCHED_MS);
  t.is((await figuresOf(student)).session, session);
}

test.serial('kill -9 of each kind of process, and one that stands still: classes go on', async t => {
  const lesson = await begin(t);
  t.is(lesson.pids.size, 8);
  await parentGone(lesson, 'SIGSTOP');
  await parentGone(lesson, 'SIGKILL');
  await pushEdgeKilled(lesson);
  await pullEdgeKilled(lesson);
  await lesson.allBack();
  await publishedElsewhere(lesson);
  await schedulerKilled(lesson);
  await fallenSilent(lesson);
  await gatewayKilled(lesson);

  t.is(await ended(lesson.cluster), 0);
  for (const [name, pid] of lesson.pids) t.false(isAlive(pid), name);
  t.deepEqual(readdirSync(lesson.cluster.folder), []);
});

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
