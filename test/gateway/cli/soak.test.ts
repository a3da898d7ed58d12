import test from 'ava';
import { isToNode } from '../../../gateway/cli/cluster/process.ts';
import { main } from '../../../gateway/cli/main.ts';
import { fakeTerminal } from './fake-terminal.ts';

for (const [args, line] of [
  [[], 'zrtc: how long is missing: zrtc soak --hours 1'],
  [['--hours=0'], "zrtc: --hours must be a number above 0 and up to 168, not '0'"],
  [['--hours=1000'], "zrtc: --hours must be a number above 0 and up to 168, not '1000'"],
  [['--hours=1', '--seed=x'], "zrtc: --seed must be a number from 1 to 999999, not 'x'"],
  [
    ['--hours=1', '--link=slow'],
    "zrtc: --link must be such as delay=30,loss=2,jitter=5 (ms and percent), not 'slow'",
  ],
] as const) {
  test(`zrtc soak ${args.join(' ')}: one line, exit code 2, nothing started`, async t => {
    const terminal = fakeTerminal();
    t.is(await main(['soak', ...args], terminal), 2);
    t.deepEqual(terminal.told, [line]);
  });
}

test('a node leaves aside what others who start it may send', t => {
  t.true(isToNode({ impairment: 'delay=1' }));
  for (const word of [undefined, null, 'shutdown', 7, {}, { impairment: 7 }]) t.false(isToNode(word));
});
