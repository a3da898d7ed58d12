/**
 * Two schedulers on one Redis, as real processes, while somebody publishes, somebody watches, and others keep asking:
 * one scheduler is killed, then Redis, then the other scheduler; no request fails, and the picture goes on.
 */
import test, { type ExecutionContext } from 'ava';
import datachannel from 'node-datachannel';
import { demultiplex } from '../../transports/webrtc/demultiplex.ts';
import { eventually, json, post } from '../support/node.ts';
import { startTwoSchedulers, type TwoSchedulers } from '../support/two-schedulers.ts';
import { described, listen, peer, publishedH264, pull } from './datachannel-peer.ts';

const STREAM = 'math-101';
/** Below the limit of requests a minute from one address. */
const ASK_EVERY_MS = 40;
/** What is asked while a process dies is asked again at once; a machine under load takes its time. */
const LONGEST_MS = 1500;

const schedulers = ['scheduler-1', 'scheduler-2'] as const;
type Scheduler = (typeof schedulers)[number];

interface Nodes {
  readonly nodes: readonly { readonly node: string }[];
}

interface Opened {
  readonly session: string;
}

/** Keeps asking: for an edge to watch at, for one to publish at, and for what the schedulers know. */
class Asking {
  readonly #url: string;
  /** A publisher's. */
  readonly #offer: string;
  readonly #open = new Set<Promise<void>>();
  readonly failed: string[] = [];
  count = 0;
  longestMs = 0;
  #isOver = false;
  readonly #loop: Promise<void>;

  constructor(url: string, offer: string) {
    this.#url = url;
    this.#offer = offer;
    this.#loop = this.#run();
  }

  async over(): Promise<void> {
    this.#isOver = true;
    await this.#loop;
    await Promise.all(this.#open);
  }

  async #run(): Promise<void> {
    for (let i = 0; !this.#isOver; i += 1) {
      const question = [this.#view, this.#publish, this.#stream][i % 3]!;
      const asked = this.#timed(() => question.call(this, i));
      this.#open.add(asked);
      void asked.then(() => this.#open.delete(asked));
      await new Promise(resolve => setTimeout(resolve, ASK_EVERY_MS));
    }
  }

  async #timed(ask: () => Promise<void>): Promise<void> {
    const beganAtMs = performance.now();
    await ask().catch((error: Error) => this.failed.push(error.message));
    this.count += 1;
    this.longestMs = Math.max(this.longestMs, performance.now() - beganAtMs);
  }

  async #view(i: number): Promise<void> {
    await this.#opened('pull', { stream: STREAM, uid: String(i) });
  }

  async #publish(i: number): Promise<void> {
    await this.#opened('push', { stream: `another-${i}`, sdp: this.#offer });
  }

  async #opened(what: 'pull' | 'push', body: object): Promise<void> {
    const { session } = await post<Opened>(`${this.#url}/signaling/${what}`, body);
    await post(`${this.#url}/signaling/stop`, { session });
  }

  async #stream(): Promise<void> {
    const { live } = await json<{ live: boolean }>(`${this.#url}/api/streams/${STREAM}`);
    if (!live) throw new Error('the stream is said not to be live');
  }
}

function pass(durationMs: number): Promise<void> {
  return new Promise(resolve => setTimeout(resolve, durationMs));
}

async function watching(t: ExecutionContext, url: string): Promise<number[]> {
  const viewer = peer('viewer');
  t.teardown(() => viewer.close());
  const arrivals: number[] = [];
  listen(viewer, bytes => {
    if (demultiplex(bytes) === 'srtp') arrivals.push(performance.now());
  });
  await pull(viewer, url, STREAM);
  await eventually('media', 15_000, () => (arrivals.length > 30 ? true : undefined));
  return arrivals;
}

function longestGapMs(arrivals: readonly number[], sinceMs: number): number {
  const since = [sinceMs, ...arrivals.filter(atMs => atMs >= sinceMs), performance.now()];
  return Math.round(Math.max(...since.slice(1).map((atMs, i) => atMs - since[i]!)));
}

function eventsOf({ processes }: TwoSchedulers, name: Scheduler): readonly unknown[] {
  return processes
    .get(name)!
    .log.map(({ event }) => event)
    .filter(event => String(event).startsWith('registry-'));
}

test('one is killed, then Redis, then the other: no request fails, and the picture goes on', async t => {
  const cluster = await startTwoSchedulers();
  t.teardown(() => cluster.stop());
  const { url, redis } = cluster;
  const isWhole = async () =>
    (await json<Nodes>(`${url}/api/nodes`)).nodes.length === cluster.processes.size || undefined;
  await eventually('all nodes', 10_000, isWhole);
  const publisher = await publishedH264(url, STREAM);
  t.teardown(() => publisher.close());
  const arrivals = await watching(t, url);

  const camera = peer('camera');
  t.teardown(() => camera.close());
  const video = new datachannel.Video('0', 'SendOnly');
  video.addH264Codec(102);
  video.addSSRC(7, 'camera');
  camera.addTrack(video);
  const offer = await described(camera, 'offer');

  const during = async (what: string, happens: () => Promise<void>) => {
    const sinceMs = performance.now();
    const asking = new Asking(url, offer);
    await happens();
    const live = await json<{ status: string }>(`${url}/live`);
    t.is(live.status, 'live');
    await asking.over();
    const gapMs = longestGapMs(arrivals, sinceMs);
    const longestMs = Math.round(asking.longestMs);
    t.log(`${what}: ${asking.count} requests, the longest ${longestMs} ms; ${gapMs} ms between packets`);
    t.deepEqual(asking.failed, [], what);
    t.true(asking.count > 10 && longestMs < LONGEST_MS);
    t.true(gapMs < 1000);
  };

  await during('scheduler-1 killed by -9, and started again', async () => {
    await pass(300);
    await cluster.kill('scheduler-1');
    await pass(500);
    await cluster.start('scheduler-1');
    await pass(500);
  });

  await during('Redis killed by -9', async () => {
    await redis.stop();
    // Longer than the leases last.
    await pass(3500);
    t.true(await isWhole());
  });
  for (const name of schedulers) t.is(eventsOf(cluster, name).at(-1), 'registry-away');

  await during('Redis started again', async () => {
    await redis.start();
    const isShared = (name: Scheduler) => eventsOf(cluster, name).at(-1) === 'registry-shared' || undefined;
    for (const name of schedulers) await eventually(`${name} to share`, 4000, () => isShared(name));
    t.true(await isWhole());
  });

  // Whichever of the two the gateway asked, it has lost it by now.
  await during('scheduler-2 killed by -9', async () => {
    await pass(300);
    await cluster.kill('scheduler-2');
    await pass(700);
  });
});
