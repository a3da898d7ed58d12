import test from 'ava';
import type { SessionReport, StreamReport } from '../../actors/protocol.ts';
import { launchChromium } from '../support/chromium.ts';
import { eventually, json, startTestNode } from '../support/node.ts';

test('Chromium answers our reference times, though it did not offer to: the publisher’s round trip is known', async t => {
  const node = await startTestNode();
  t.teardown(() => node.stop());
  const teacher = await launchChromium();
  t.teardown(() => teacher.close());
  const page = await teacher.page(`${node.url}/publish/math-101?autostart=1`);
  await page.getByText('Live', { exact: true }).waitFor();
  const { publisher } = await json<StreamReport>(`${node.url}/api/streams/math-101`);
  const roundTripMs = await eventually('a round trip', 20_000, async () => {
    const report = await json<SessionReport>(`${node.url}/api/sessions/${publisher}`);
    return report.roundTripMs;
  });
  t.true(roundTripMs >= 0 && roundTripMs < 1000, `${roundTripMs} ms on loopback`);
});
