/** A stream that comes with jitter, and students who join it: with buffer control their players know what to hold back, without they learn it. */
import { createHash } from 'node:crypto';
import { codecById } from '../../transports/rtp/codec.ts';
import { FRAME_INTERVAL_MS, SimulatedCamera } from '../camera.ts';
import { audioHold } from '../invariants/audio-hold.ts';
import { decodable } from '../invariants/decodable.ts';
import { noCrash } from '../invariants/no-crash.ts';
import { queueLimits } from '../invariants/queue-limits.ts';
import { Watch } from '../invariants/watch.ts';
import { LONE_NODE_ADDRESS } from '../node-addresses.ts';
import { SimulatedPlayer } from '../player.ts';
import type { Violation } from '../report/report.ts';
import { RunDigest } from '../run-digest.ts';
import { ShardWorld } from '../shard-world.ts';
import type { FigureRecord, Outcome, Scenario, ScenarioOptions } from './scenario.ts';

const KBPS = 300;
/** The line stands still for so long, so often, as a Wi-Fi does when others speak; what was sent meanwhile comes at once. */
const STANDS_EVERY_MS = 1_000;
const lines = [{ jitterMs: 60 }, { jitterMs: 150 }, { jitterMs: 300 }] as const;
/** The jitter is measured by then. */
const BEGIN_MS = 20_000;
/** A student joins every so often, and is watched for as long. */
const STAYS_MS = 10_000;
const DELAY_MS = 10;
const MINUTE_MS = 60_000;
const vp8 = codecById('vp8')!;
/** Those of one node; who joins and leaves is the scenario's own doing, and its players say what they had to wait for. */
const invariants = [decodable, audioHold, noCrash, queueLimits];
const LOOK_INTERVAL_MS = 500;

export const jitter: Scenario = {
  name: 'jitter',
  summary: 'students join a stream that comes with jitter, with buffer control and without',
  explanation: [
    "Once a second a teacher's line stands still for 60, 150 or 300 ms, as a Wi-Fi does; students on good lines join every 10 s and",
    'stay as long. With buffer control their players take the playout delay that the packets carry; without, they leave it aside and',
    'learn by themselves. Rows: {jitterMs, control, students, gaps, gapsMs, delayMs, targetMs}, of pictures: gaps and their time over',
    'all students, delay and target on average at the end of the stay.',
  ],
  minutes: 6,
  play,
};

async function play(options: ScenarioOptions): Promise<Outcome> {
  const rows: FigureRecord[] = [];
  const eachMs = (options.minutes * MINUTE_MS) / lines.length;
  let digest = '';
  let [virtualMs, interruptions] = [0, 0];
  const violations: Violation[] = [];
  let violationCount = 0;
  for (const [place, line] of lines.entries()) {
    const one = await follow(options, line, eachMs);
    rows.push(...one.rows);
    digest += one.digest;
    virtualMs += one.virtualMs;
    interruptions += one.interruptions;
    violations.push(...one.violations.kept);
    violationCount += one.violations.count;
    options.onProgress((place + 1) / lines.length, `standing still for ${line.jitterMs} ms`);
  }
  return {
    digest: createHash('sha256').update(digest).digest('hex'),
    virtualMs,
    violations,
    violationCount,
    interruptions,
    figures: { rows },
    timeline: [],
    plots: [],
  };
}

async function follow(options: ScenarioOptions, line: (typeof lines)[number], forMs: number) {
  const world = new ShardWorld(options.seed, { delayMs: DELAY_MS });
  const digest = new RunDigest(world.clock);
  world.network.observe(digest);
  const watch = new Watch({
    clock: world.clock,
    network: world.network,
    invariants,
    scene: { pages: [], wellSinceMs: undefined },
    onViolation: (invariant, detail) => digest.decided({ violation: invariant, detail }),
  });
  await world.start();
  const teacher = await world.publish('math-101', { keepsNothing: true });
  const { clock } = world;
  const { client, ssrcs } = teacher;
  const camera = new SimulatedCamera({ clock, client, ssrcs, kbps: KBPS, phase: 0 });
  const pass = (durationMs: number) => passWatched(world, watch, durationMs);
  await pass(1_000);
  camera.start();
  const stand = (isStanding: boolean) => {
    const delayMs = DELAY_MS + (isStanding ? line.jitterMs : 0);
    world.network.impair(teacher.address, LONE_NODE_ADDRESS, { delayMs });
    // What follows what has stood still waits behind it.
    clock.setTimer(isStanding ? FRAME_INTERVAL_MS : STANDS_EVERY_MS, () => stand(!isStanding));
  };
  stand(false);
  await pass(BEGIN_MS);
  const controls = ['on', 'off'] as const;
  let interruptions = 0;
  const sums = new Map(
    controls.map(control => [control, { students: 0, gaps: 0, gapsMs: 0, delayMs: 0, targetMs: 0 }]),
  );
  for (let passedMs = 0; passedMs === 0 || passedMs + STAYS_MS <= forMs - BEGIN_MS; passedMs += STAYS_MS) {
    options.signal.throwIfAborted();
    const joined = [];
    for (const control of controls) {
      const student = await world.view('math-101', { keepsNothing: true });
      const player = new SimulatedPlayer({
        clock,
        client: student.client,
        codec: vp8,
        ignoresHints: control === 'off',
      });
      joined.push({ control, student, player });
    }
    await pass(STAYS_MS);
    for (const { control, student, player } of joined) {
      const { gaps, gapsMs, delayMs = 0, targetMs, interruptions: more } = player.report();
      interruptions += more;
      const sum = sums.get(control)!;
      sum.students += 1;
      sum.gaps += gaps;
      sum.gapsMs += gapsMs;
      sum.delayMs += delayMs;
      sum.targetMs += targetMs;
      await student.client.leave();
    }
  }
  camera.stop();
  const virtualMs = clock.nowMs();
  await world.stop();
  const rows = controls.map((control): FigureRecord => {
    const { students, gaps, gapsMs, delayMs, targetMs } = sums.get(control)!;
    return {
      jitterMs: line.jitterMs,
      control,
      students,
      gaps,
      gapsMs: Math.round(gapsMs),
      delayMs: Math.round(delayMs / students),
      targetMs: Math.round(targetMs / students),
    };
  });
  return { rows, digest: digest.end(), virtualMs, interruptions, violations: watch.violations };
}

/** Lets time pass, and the invariants look around meanwhile. */
async function passWatched(world: ShardWorld, watch: Watch, durationMs: number): Promise<void> {
  for (let leftMs = durationMs; leftMs > 0; leftMs -= LOOK_INTERVAL_MS) {
    await world.pass(Math.min(leftMs, LOOK_INTERVAL_MS));
    const nowMs = world.clock.nowMs();
    const { plane, system } = world.shard;
    const node = { name: 'sim-1', idc: 'sim', incarnation: 0 };
    for (const error of world.failures.splice(0)) watch.violate('no-failure', String(error));
    watch.look(nowMs, [{ node, crashes: 0, report: plane.report(nowMs), paths: system.paths() }]);
  }
}
