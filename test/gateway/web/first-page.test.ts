import test from 'ava';
import { launchChromium } from '../../support/chromium.ts';
import { stubGateway } from './stub-gateway.ts';

test('from the name of a class to its two pages', async t => {
  const gateway = await stubGateway(() => undefined);
  const chromium = await launchChromium();
  t.teardown(() => gateway.close());
  t.teardown(() => chromium.close());

  for (const [button, path] of [
    ['Watch', '/watch/art%20%26%20craft'],
    ['Publish', '/publish/art%20%26%20craft'],
  ] as const) {
    const page = await chromium.page(`${gateway.origin}/`);
    await page.getByLabel('Class name').fill(' art & craft ');
    await page.getByRole('button', { name: button }).click();
    await page.waitForURL(`${gateway.origin}${path}`);
    t.is(await page.locator('h1').textContent(), 'art & craft');
  }
});
