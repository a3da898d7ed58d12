import test from 'ava';
import type { StreamReport } from '../../actors/protocol.ts';
import { launchChromium } from '../support/chromium.ts';
import { json, startTestNode } from '../support/node.ts';
import { figuresOf, keepsPlaying, pictureMoves } from './playing-page.ts';

const ways = [
  { name: 'page to page', publish: '', watch: '' },
  { name: 'WHIP to WHEP', publish: '&via=whip', watch: '?via=whep' },
] as const;

for (const { name, publish, watch } of ways) {
  test.serial(
    `${name}: frames and sound keep coming from one Chromium to another, and the picture moves`,
    async t => {
      const node = await startTestNode();
      t.teardown(() => node.stop());
      const teacher = await launchChromium();
      t.teardown(() => teacher.close());
      const student = await launchChromium();
      t.teardown(() => student.close());

      const publisher = await teacher.page(`${node.url}/publish/math-101?autostart=1${publish}`);
      await publisher.getByText('Live', { exact: true }).waitFor();
      const viewer = await student.page(`${node.url}/watch/math-101${watch}`);
      await viewer.getByText('Live', { exact: true }).waitFor();

      await keepsPlaying(viewer);
      await keepsPlaying(viewer);
      t.true(await pictureMoves(viewer));

      const report = await json<StreamReport>(`${node.url}/api/streams/math-101`);
      t.true(report.live);
      t.is(report.viewers, 1);
      t.deepEqual(report.tracks.map(({ kind }) => kind).sort(), ['audio', 'video']);
      t.regex((await figuresOf(viewer)).session ?? '', /^pull-\d-/);
    },
  );
}
