import test from 'ava';
import { VideoControl } from '../../../actors/forwarding/control/video-control.ts';
import { jitter } from '../../../simulations/scenarios/jitter.ts';
import type { FigureRecord } from '../../../simulations/scenarios/scenario.ts';

const { signal } = new AbortController();
const played = (minutes: number) => jitter.play({ seed: 1, minutes, signal, onProgress: () => {} });

test.serial('jitter: who joins with buffer control sees no gap where those without do', async t => {
  const { figures, violations, interruptions } = await played(2);
  const rows = figures.rows as readonly FigureRecord[];
  const gaps = (control: string) =>
    rows.filter(row => row.control === control).reduce((sum, row) => sum + Number(row.gaps), 0);
  t.is(gaps('on'), 0);
  t.true(gaps('off') > 0);
  t.deepEqual(violations, []);
  t.is(interruptions, 0);
});

test.serial('canary: the invariants watch it; and the same seed brings the same run', async t => {
  const { receive } = VideoControl.prototype;
  const planted = async () => {
    VideoControl.prototype.receive = () => {
      VideoControl.prototype.receive = receive;
      throw new Error('planted');
    };
    return played(0.1);
  };
  const first = await planted();
  t.deepEqual(
    first.violations.map(({ invariant }) => invariant),
    ['no-crash'],
  );
  t.is((await planted()).digest, first.digest);
});
