import test from 'ava';
import { AudioControl } from '../../../actors/forwarding/control/audio-control.ts';
import { audioHold } from '../../../simulations/invariants/audio-hold.ts';
import { smallClass } from './small-class.ts';

const lossy = { loss: 0.05, burst: 2 };
/** What is lost stays lost, and is waited for in vain. */
const teacherOf = { teacher: { repairs: false } };

/** Plants the fault: every control waits for 0.4 s more. Returns what takes it out. */
function holdLonger(): () => void {
  const { deadline } = AudioControl.prototype;
  AudioControl.prototype.deadline = function () {
    const due = deadline.call(this);
    return due && { ...due, atMs: due.atMs + 400 };
  };
  return () => {
    AudioControl.prototype.deadline = deadline;
  };
}

test.serial('however much is lost, sound is not held past its limit', async t => {
  const { simulation, teacher } = await smallClass([audioHold], teacherOf);
  simulation.impairPage(teacher, lossy);
  await simulation.pass(5_000);
  await simulation.finish();
  t.deepEqual(simulation.violations, []);
});

test.serial('canary: seen from outside too, where a viewer is served by the node itself', async t => {
  const mend = holdLonger();
  try {
    const { simulation, teacher } = await smallClass([audioHold], teacherOf);
    const viewer = await simulation.world.node('beijing-push').shard.view('math-101');
    simulation.impairPage(teacher, lossy);
    await simulation.pass(5_000);
    const seen = simulation.violations.map(({ detail }) => detail);
    t.true(
      seen.some(detail => /a packet of sound was held for [4-7]\d\d\.\d ms/.test(detail)),
      seen.join('\n'),
    );
    await viewer.client.leave();
    await simulation.finish();
  } finally {
    mend();
  }
});

test.serial('canary: a control that waits for 0.4 s more is caught', async t => {
  const mend = holdLonger();
  try {
    const { simulation, teacher } = await smallClass([audioHold], teacherOf);
    simulation.impairPage(teacher, lossy);
    await simulation.pass(5_000);
    t.true(simulation.violationCount > 0);
    t.regex(
      simulation.violations[0]!.detail,
      /^beijing-push \d+: sound of math-101 was held for [4-7]\d\d\.\d ms/,
    );
    await simulation.finish();
  } finally {
    mend();
  }
});
