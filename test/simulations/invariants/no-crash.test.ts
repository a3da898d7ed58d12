import test from 'ava';
import { VideoControl } from '../../../actors/forwarding/control/video-control.ts';
import { noCrash } from '../../../simulations/invariants/no-crash.ts';
import { smallClass } from './small-class.ts';

test('canary: a core that throws once is seen, at the node where it does', async t => {
  const { simulation } = await smallClass([noCrash]);
  t.deepEqual(simulation.violations, []);
  const { receive } = VideoControl.prototype;
  VideoControl.prototype.receive = () => {
    VideoControl.prototype.receive = receive;
    throw new Error('planted');
  };
  await simulation.pass(3_000);
  t.is(simulation.violationCount, 1);
  t.regex(simulation.violations[0]!.detail, /^beijing-push: \d crashes/);
  await simulation.finish();
});
