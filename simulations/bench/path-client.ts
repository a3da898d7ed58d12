/**
 * The clients of the bench of paths, a process of their own that a run starts: a publisher and a viewer by way of the
 * nodes, and beside them, at the same rate and half an interval apart, a publisher and a viewer connected directly.
 */
import { systemClock } from '../../transports/clock.ts';
import { json, post } from './calls.ts';
import { Camera, type Measured } from './camera.ts';
import { pause } from './child.ts';
import { addSender, described, type Library, listen, loadLibrary, newPeer, pull } from './datachannel.ts';

/** What the run gives as the process's argument, as JSON. */
export interface PathClientOptions {
  readonly url: string;
  readonly warmUpSeconds: number;
  readonly seconds: number;
}

/** What the run is told at the end. */
export type PathClientResult =
  | { readonly path: Measured; readonly direct: Measured; readonly route: readonly string[] }
  | { readonly error: string };

const STREAM = 'bench';
/** About what a teacher's camera comes to on a quiet picture. */
const FRAMES_PER_SECOND = 60;
const POLL_MS = 50;
/** Frames before the clock runs, while the viewer joins: numbers that the cameras do not use. */
const FIRST_FRAME = 1_000_000;

async function measure({ url, warmUpSeconds, seconds }: PathClientOptions): Promise<PathClientResult> {
  const library = await loadLibrary();
  const intervalMs = 1000 / FRAMES_PER_SECOND;
  const rate = {
    framesPerSecond: FRAMES_PER_SECOND,
    warmUpFrames: Math.ceil(warmUpSeconds * FRAMES_PER_SECOND),
    frames: Math.ceil(seconds * FRAMES_PER_SECOND),
  };
  const throughNodes = await connectThrough(library, url);
  const directly = await connectDirectly(library);
  const startAtMs = systemClock.nowMs() + intervalMs;
  const path = new Camera({ ...rate, startAtMs, send: throughNodes.send });
  const direct = new Camera({ ...rate, startAtMs: startAtMs + intervalMs / 2, send: directly.send });
  throughNodes.onFrame(number => path.received(number));
  directly.onFrame(number => direct.received(number));
  const [pathMeasured, directMeasured] = await Promise.all([path.run(), direct.run()]);
  return { path: pathMeasured, direct: directMeasured, route: await routeOf(url) };
}

interface Pair {
  send(number: number, atMs: number, kind: 'keyframe' | 'delta'): void;
  onFrame(listener: (number: number) => void): void;
}

/** Referred to as long as the process lives: the library forgets the callbacks of what nothing refers to. */
const kept: unknown[] = [];

async function connectThrough(library: Library, url: string): Promise<Pair> {
  const publisher = newPeer(library, 'publisher');
  const sender = addSender(library, publisher);
  const offer = await described(publisher, 'offer');
  const pushed = await post<{ sdp: string }>(`${url}/signaling/push`, { stream: STREAM, sdp: offer });
  publisher.setRemoteDescription(pushed.sdp, 'answer');
  await sender.opened;
  const viewer = newPeer(library, 'viewer');
  let listener = (_: number) => {};
  kept.push(publisher, sender, viewer);
  kept.push(listen(viewer, number => listener(number)));
  const joined = pull(viewer, url, STREAM);
  let hasCome = false;
  listener = () => {
    hasCome = true;
  };
  // The stream is live only once something was published, and a viewer sees something from a keyframe on.
  for (let count = 0; !hasCome; count += 1) {
    sender.send(FIRST_FRAME + count, systemClock.nowMs(), 'keyframe');
    // A viewer that cannot join ends this, too.
    await Promise.race([pause(POLL_MS), joined.then(() => pause(POLL_MS))]);
  }
  await joined;
  return {
    send: sender.send,
    onFrame(next) {
      listener = next;
    },
  };
}

async function connectDirectly(library: Library): Promise<Pair> {
  const publisher = newPeer(library, 'direct-publisher');
  const viewer = newPeer(library, 'direct-viewer');
  const sender = addSender(library, publisher);
  let listener = (_: number) => {};
  kept.push(publisher, sender, viewer);
  kept.push(listen(viewer, number => listener(number)));
  viewer.setRemoteDescription(await described(publisher, 'offer'), 'offer');
  publisher.setRemoteDescription(await described(viewer, 'answer'), 'answer');
  await sender.opened;
  return {
    send: sender.send,
    onFrame(next) {
      listener = next;
    },
  };
}

/** The nodes that the stream took to the viewer; empty where a node stands alone. */
async function routeOf(url: string): Promise<readonly string[]> {
  const { routes } = await json<{ routes?: readonly (readonly string[])[] }>(`${url}/api/streams/${STREAM}`);
  return [...(routes ?? [])].sort((a, b) => b.length - a.length)[0] ?? [];
}

// The library's threads outlive its peers and would hold the process; without the run there is nobody to measure for.
process.once('disconnect', () => process.exit(1));
const result = await measure(JSON.parse(process.argv[2]!) as PathClientOptions).catch(
  (error: unknown): PathClientResult => ({ error: error instanceof Error ? error.message : String(error) }),
);
process.send!(result, () => process.exit());
