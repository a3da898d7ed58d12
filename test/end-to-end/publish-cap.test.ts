import test from 'ava';
import type { SessionReport } from '../../actors/protocol.ts';
import { launchChromium } from '../support/chromium.ts';
import { eventually, json, startTestNode } from '../support/node.ts';
import { availableOutgoingBps, keepPeers } from './page-peers.ts';
import { figuresOf } from './playing-page.ts';

/** Below the 1.5 Mbit/s that the page would begin with. */
const CAP_KBPS = 600;

test('Chromium keeps to the cap that the answer tells, so that nothing has to be dropped', async t => {
  const node = await startTestNode({ 'media.maxPublishKbps': String(CAP_KBPS) });
  t.teardown(() => node.stop());
  const teacher = await launchChromium();
  t.teardown(() => teacher.close());
  await keepPeers(teacher.context);

  const publisher = await teacher.page(`${node.url}/publish/math-101?autostart=1`);
  await publisher.getByText('Live', { exact: true }).waitFor();
  const { session } = await figuresOf(publisher);
  const estimates: number[] = [];
  const video = await eventually('3 s of video', 20_000, async () => {
    estimates.push((await availableOutgoingBps(publisher)) ?? 0);
    const report = await json<SessionReport>(`${node.url}/api/sessions/${session}`);
    t.is(report.counters.rtpOverCap, 0);
    return report.tracks.find(({ kind, bytes }) => kind === 'video' && bytes > (3 * CAP_KBPS * 1000) / 8 / 2);
  });
  const highest = Math.max(...estimates);
  t.log(`holds the network to carry ${highest} bit/s; sends ${video.bitrateBps}`);
  t.true(highest > 0 && highest <= CAP_KBPS * 1000);
});
