import test from 'ava';
import { launchChromium } from '../../support/chromium.ts';
import { stubGateway } from './stub-gateway.ts';

test('from the name of a class to its two pages', async t => {
  const gateway = await stubGateway(() => undefined);
  const chromium = await launchChromium();
  t.teardown(() => gateway.close());
  t.teardown(() => chromium.close());

  for (const [button, path] of [
    ['Watch', '/watch/art-101'],
    ['Publish', '/publish/art-101'],
  ] as const) {
    const page = await chromium.page(`${gateway.origin}/`);
    await page.getByLabel('Class name').fill(' art-101 ');
    await page.getByRole('button', { name: button }).click();
    await page.waitForURL(`${gateway.origin}${path}`);
    t.is(await page.locator('h1').textContent(), 'art-101');
  }
});

test('a name that no class can have is refused on the spot, in words', async t => {
  const gateway = await stubGateway(() => undefined);
  const chromium = await launchChromium();
  t.teardown(() => gateway.close());
  t.teardown(() => chromium.close());

  const page = await chromium.page(`${gateway.origin}/`);
  const field = page.getByLabel('Class name');
  await field.fill('art & craft');
  await page.getByRole('button', { name: 'Watch' }).click();
  t.is(page.url(), `${gateway.origin}/`);
  t.regex(
    await field.evaluate((one: { validationMessage?: string }) => one.validationMessage ?? ''),
    /letter/,
  );
  await field.fill('art-and-craft');
  await page.getByRole('button', { name: 'Watch' }).click();
  await page.waitForURL(`${gateway.origin}/watch/art-and-craft`);
});
