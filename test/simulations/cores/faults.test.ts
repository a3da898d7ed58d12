import test, { type ExecutionContext } from 'ava';
import { StreamForwarding } from '../../../actors/forwarding/stream-forwarding.ts';
import { StreamTrack } from '../../../actors/forwarding/stream-track.ts';
import { addressOf } from '../../../actors/runtime/address.ts';
import { CoresWorld } from '../../../simulations/cores-world.ts';
import type { Joined, ShardWorld } from '../../../simulations/shard-world.ts';
import { parseRtcp } from '../../../transports/rtcp/parse.ts';
import { parseRtp } from '../../../transports/rtp/packet.ts';
import { numberOf, videoPacket } from '../shard/media.ts';

const FRAME_MS = 10;
/** Media flows undisturbed, then a core throws, and media flows on. */
const BEFORE_MS = 2000;
const AFTER_MS = 3000;
/** Frames come 10 ms apart, and a core looks into its queues every millisecond. */
const UNDISTURBED_MAX_MS = FRAME_MS + 1;
/** A keyframe is asked for along 10 ms, made within 10 more, and takes 20 to the viewers. */
const UNTIL_KEYFRAME_MAX_MS = 50 + FRAME_MS;
/** A publisher claims its stream again after 100 ms, of which the other cores are told. */
const CLAIMED_AGAIN_MAX_MS = 100 + UNTIL_KEYFRAME_MAX_MS;
/** The numbers that packets carry: those of another class begin here. */
const PHYSICS_FROM = 1_000_000;

interface Seen {
  readonly atMs: number;
  readonly number: number;
  readonly sequenceNumber: number;
  readonly isKeyframe: boolean;
}

interface Watching {
  readonly seen: readonly Seen[];
  readonly session: string;
}

interface Camera {
  /** Sends a frame of one packet: a keyframe if one was asked for. */
  frame(): void;
}

async function publish(core: ShardWorld, stream: string, first: number): Promise<Camera> {
  const teacher = await core.publish(stream);
  let number = first;
  return {
    frame() {
      const asked = teacher.client.rtcp
        .splice(0)
        .flatMap(bytes => parseRtcp(bytes) ?? [])
        .some(({ kind }) => kind === 'picture-loss-indication');
      teacher.client.send(videoPacket(teacher, number, asked || number === first));
      number += 1;
    },
  };
}

async function watch(core: ShardWorld, stream: string): Promise<Watching> {
  const viewer: Joined = await core.view(stream);
  const seen: Seen[] = [];
  viewer.client.onRtp = bytes => {
    const { sequenceNumber } = parseRtp(bytes)!;
    // The byte before the number: bit 0 of VP8's frame header (RFC 7741 section 4.3).
    const isKeyframe = (bytes.at(-5)! & 1) === 0;
    seen.push({ atMs: core.clock.nowMs(), number: numberOf(bytes), sequenceNumber, isKeyframe });
  };
  return { seen, session: viewer.session };
}

async function teach(world: CoresWorld, cameras: readonly Camera[], durationMs: number): Promise<void> {
  for (let passedMs = 0; passedMs < durationMs; passedMs += FRAME_MS) {
    for (const camera of cameras) camera.frame();
    await world.pass(FRAME_MS);
  }
}

/** Of all of them, the longest between two packets of which the later came in that time. */
function longestGapMs(watching: readonly Watching[], fromMs: number, untilMs: number): number {
  const gaps = watching.flatMap(({ seen }) =>
    seen
      .map(({ atMs }, i) => ({ atMs, gapMs: atMs - (seen[i - 1]?.atMs ?? atMs) }))
      .filter(({ atMs }) => atMs > fromMs && atMs <= untilMs),
  );
  return Math.max(...gaps.map(({ gapMs }) => gapMs));
}

/** What viewers could not decode: a frame that follows one that has not come, and is no keyframe. */
function undecodable({ seen }: Watching): readonly Seen[] {
  return seen.filter(
    ({ number, isKeyframe }, i) => i > 0 && number !== seen[i - 1]!.number + 1 && !isKeyframe,
  );
}

function isRow({ seen }: Watching): boolean {
  return seen.every(
    ({ sequenceNumber }, i) => i === 0 || sequenceNumber === ((seen[i - 1]!.sequenceNumber + 1) & 0xffff),
  );
}

/** How many frames that were sent have not come, between the first and the last that have. */
function missing({ seen }: Watching): number {
  return seen.at(-1)!.number - seen[0]!.number + 1 - seen.length;
}

interface Group {
  readonly who: string;
  readonly watching: readonly Watching[];
  /** The longest gap that they may see, ms; 0 for those who are to notice nothing. */
  readonly noticesMs: number;
}

/** Teaches, plants the fault, teaches on, and says who noticed: only those who are to, and until their next keyframe. */
async function whoNotices(
  t: ExecutionContext,
  world: CoresWorld,
  cameras: readonly Camera[],
  groups: readonly Group[],
  plant: () => void,
): Promise<void> {
  const joinedAtMs = world.clock.nowMs() + 1000;
  await teach(world, cameras, BEFORE_MS);
  const faultAtMs = world.clock.nowMs();
  plant();
  await teach(world, cameras, AFTER_MS);
  for (const { who, watching, noticesMs } of groups) {
    const notices = noticesMs > 0;
    const beforeMs = longestGapMs(watching, joinedAtMs, faultAtMs);
    const duringMs = longestGapMs(watching, faultAtMs, world.clock.nowMs());
    const lost = watching.map(missing);
    t.log(
      `${who}: ${notices ? 'notice' : 'notice nothing'}; longest gap ${beforeMs} ms before, ${duringMs} ms then, ${Math.max(...lost)} frames missing`,
    );
    t.true(beforeMs <= UNDISTURBED_MAX_MS, who);
    t.is(duringMs > UNDISTURBED_MAX_MS, notices, who);
    if (notices) t.true(duringMs <= noticesMs, who);
    for (const one of watching) {
      t.true(isRow(one), `${who}: in one row`);
      t.deepEqual(undecodable(one), [], who);
    }
    if (!notices) t.deepEqual(new Set(lost), new Set([0]), who);
  }
}

/** The paths of the actors that have crashed on a core. */
function crashed({ log }: ShardWorld): readonly string[] {
  return (log as { readonly message?: string; readonly path?: string }[])
    .filter(({ message }) => message?.includes('crashed'))
    .map(({ path = '' }) => path);
}

const streamPath = (shard: number) => `/shards/shard-${shard}/streams/stream-math-101`;

/** Two core shards, and both streams published on the first for a second. */
async function twoStreams(seed: number) {
  const world = new CoresWorld(seed, 2);
  await world.start();
  const [a, b] = world.shards as [ShardWorld, ShardWorld];
  const cameras = [await publish(a, 'math-101', 0), await publish(a, 'physics-7', PHYSICS_FROM)];
  await world.pass(1000);
  return { world, a, b, cameras };
}

/** Sends the stream's actor a message that its behaviour cannot read. */
function poison({ shard }: ShardWorld, number: number): void {
  shard.system.tell(addressOf('sim-1', streamPath(number)), { type: 'subscribe' });
}

test.serial(
  'a track’s core throws: viewers of that stream notice on every core, until the next keyframe',
  async t => {
    const { world, a, b, cameras } = await twoStreams(91);
    const groups: readonly Group[] = [
      {
        who: 'math-101 on its core',
        watching: [await watch(a, 'math-101')],
        noticesMs: UNTIL_KEYFRAME_MAX_MS,
      },
      {
        who: 'math-101 on the other',
        watching: [await watch(b, 'math-101')],
        noticesMs: UNTIL_KEYFRAME_MAX_MS,
      },
      { who: 'physics-7 on its core', watching: [await watch(a, 'physics-7')], noticesMs: 0 },
      { who: 'physics-7 on the other', watching: [await watch(b, 'physics-7')], noticesMs: 0 },
    ];
    const { receive } = StreamTrack.prototype;
    const restore = () => {
      StreamTrack.prototype.receive = receive;
    };
    t.teardown(restore);
    await whoNotices(t, world, cameras, groups, () => {
      StreamTrack.prototype.receive = function (nowMs, packet) {
        // That of the core on which the class is published: what it gets is stored nowhere yet.
        if (packet.stored !== undefined || numberOf(packet.bytes) >= PHYSICS_FROM)
          return receive.call(this, nowMs, packet);
        restore();
        throw new Error('planted');
      };
    });
    t.deepEqual(crashed(a), ['/shards/shard-0/streams/stream-math-101/track-video']);
    t.deepEqual(crashed(b), []);
    t.is(a.shard.system.counters.restarts, 1);
    t.deepEqual([...a.failures, ...b.failures], []);
    await world.stop();
  },
);

test.serial(
  'a track’s core throws where the stream comes from another core: only its viewers there notice',
  async t => {
    const world = new CoresWorld(92, 3);
    await world.start();
    const [a, b, c] = world.shards as [ShardWorld, ShardWorld, ShardWorld];
    const cameras = [await publish(a, 'math-101', 0), await publish(a, 'physics-7', PHYSICS_FROM)];
    await world.pass(1000);
    const groups: readonly Group[] = [
      {
        who: 'math-101 where it throws',
        watching: [await watch(b, 'math-101')],
        noticesMs: UNTIL_KEYFRAME_MAX_MS,
      },
      { who: 'math-101 on its core', watching: [await watch(a, 'math-101')], noticesMs: 0 },
      { who: 'math-101 on a third', watching: [await watch(c, 'math-101')], noticesMs: 0 },
      { who: 'physics-7 where it throws', watching: [await watch(b, 'physics-7')], noticesMs: 0 },
    ];
    const { receive } = StreamTrack.prototype;
    const restore = () => {
      StreamTrack.prototype.receive = receive;
    };
    t.teardown(restore);
    await whoNotices(t, world, cameras, groups, () => {
      StreamTrack.prototype.receive = function (nowMs, packet) {
        // Core b looks into its queues before core c.
        if (packet.stored === undefined || numberOf(packet.bytes) >= PHYSICS_FROM)
          return receive.call(this, nowMs, packet);
        restore();
        throw new Error('planted');
      };
    });
    t.deepEqual(crashed(b), ['/shards/shard-1/streams/stream-math-101/track-video']);
    t.deepEqual([...crashed(a), ...crashed(c)], []);
    await world.stop();
  },
);

test.serial(
  'what a queue brings throws: only viewers behind it notice, until their next keyframe',
  async t => {
    const world = new CoresWorld(93, 3);
    await world.start();
    const [a, b, c] = world.shards as [ShardWorld, ShardWorld, ShardWorld];
    const cameras = [await publish(a, 'math-101', 0), await publish(c, 'physics-7', PHYSICS_FROM)];
    const chemistry = await publish(b, 'chemistry-2', 2 * PHYSICS_FROM);
    await world.pass(1000);
    const groups: readonly Group[] = [
      { who: 'behind the queue', watching: [await watch(b, 'math-101')], noticesMs: UNTIL_KEYFRAME_MAX_MS },
      { who: 'of that stream on its core', watching: [await watch(a, 'math-101')], noticesMs: 0 },
      { who: 'of that stream on a third core', watching: [await watch(c, 'math-101')], noticesMs: 0 },
      { who: 'behind another queue of the core', watching: [await watch(b, 'physics-7')], noticesMs: 0 },
      { who: 'of the core’s own stream', watching: [await watch(b, 'chemistry-2')], noticesMs: 0 },
    ];
    const { receiveCrossed } = StreamForwarding.prototype;
    const restore = () => {
      StreamForwarding.prototype.receiveCrossed = receiveCrossed;
    };
    t.teardown(restore);
    await whoNotices(t, world, [...cameras, chemistry], groups, () => {
      StreamForwarding.prototype.receiveCrossed = function (nowMs, from, crossed) {
        // Core b looks into its queues before core c.
        if (from !== 0) return receiveCrossed.call(this, nowMs, from, crossed);
        restore();
        throw new Error('planted');
      };
    });
    t.deepEqual(crashed(b), ['/shards/shard-1/queues/queue-0']);
    t.deepEqual([...crashed(a), ...crashed(c)], []);
    const { crashes, restarts } = b.shard.system.counters;
    t.deepEqual({ crashes, restarts }, { crashes: 1, restarts: 1 });
    t.is((await b.report()).counters.queue_faults_total, 1);
    await world.stop();
  },
);

test.serial(
  'a stream’s actor crashes where it is published: all its viewers go on in their sessions',
  async t => {
    const { world, a, b, cameras } = await twoStreams(94);
    const groups: readonly Group[] = [
      {
        who: 'math-101 on its core',
        watching: [await watch(a, 'math-101')],
        noticesMs: CLAIMED_AGAIN_MAX_MS,
      },
      { who: 'math-101 on another', watching: [await watch(b, 'math-101')], noticesMs: CLAIMED_AGAIN_MAX_MS },
      { who: 'physics-7 on another', watching: [await watch(b, 'physics-7')], noticesMs: 0 },
    ];
    await whoNotices(t, world, cameras, groups, () => poison(a, 0));
    t.deepEqual(crashed(a), [streamPath(0)]);
    t.deepEqual(crashed(b), []);
    await world.stop();
  },
);

test.serial(
  'a stream’s actor crashes where it comes from another core: its viewers see nothing twice',
  async t => {
    const world = new CoresWorld(95, 2);
    await world.start();
    const [a, b] = world.shards as [ShardWorld, ShardWorld];
    const cameras = [await publish(a, 'math-101', 0)];
    await world.pass(1000);
    const groups: readonly Group[] = [
      { who: 'math-101 on its core', watching: [await watch(a, 'math-101')], noticesMs: 0 },
      { who: 'math-101 where it crashes', watching: [await watch(b, 'math-101')], noticesMs: 0 },
    ];
    await whoNotices(t, world, cameras, groups, () => poison(b, 1));
    t.deepEqual(crashed(a), []);
    t.deepEqual(crashed(b), [streamPath(1)]);
    await world.stop();
  },
);
