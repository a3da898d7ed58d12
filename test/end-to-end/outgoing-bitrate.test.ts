import test from 'ava';
import { launchChromium } from '../support/chromium.ts';
import { eventually, startTestNode } from '../support/node.ts';
import { availableOutgoingBps, keepPeers } from './page-peers.ts';

/** What the publish page lets video take. */
const ENOUGH_BPS = 2_500_000;
const LIMIT_MS = 10_000;

for (const way of ['', '&via=whip']) {
  test.serial(
    `publish${way}: within 10 s Chromium holds a clean link to carry more than 2.5 Mbit/s, by our feedback`,
    async t => {
      const node = await startTestNode();
      t.teardown(() => node.stop());
      const teacher = await launchChromium();
      t.teardown(() => teacher.close());
      await keepPeers(teacher.context);

      for (const turn of [1, 2, 3]) {
        const publisher = await teacher.page(`${node.url}/publish/math-10${turn}?${way}`);
        await publisher.getByRole('button', { name: 'Start' }).click();
        const startMs = performance.now();
        const bps = await eventually('estimate above 2.5 Mbit/s', LIMIT_MS, async () => {
          const estimate = (await availableOutgoingBps(publisher)) ?? 0;
          return estimate > ENOUGH_BPS ? estimate : undefined;
        });
        const seconds = (performance.now() - startMs) / 1000;
        t.log(`publisher ${turn}: ${Math.round(bps / 1000)} kbit/s after ${seconds.toFixed(1)} s`);
        t.true(seconds < LIMIT_MS / 1000);
        await publisher.close();
      }
    },
  );
}
