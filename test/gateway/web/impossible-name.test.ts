import test from 'ava';
import fc from 'fast-check';
import { parseStreamId } from '../../../actors/stream-id.ts';
import { launchChromium } from '../../support/chromium.ts';
import { problem, stubGateway } from './stub-gateway.ts';

interface StreamName {
  isStreamName(name: string): boolean;
}
const module = new URL('../../../gateway/web/public/stream-name.js', import.meta.url);
const { isStreamName }: StreamName = await import(module.href);

test('the pages and the gateway agree on which names there can be', t => {
  for (const name of ['', '.', 'a', 'a b', 'ä', '-a', 'a'.repeat(128), 'a'.repeat(129), 'math-101', 'a\n']) {
    t.is(isStreamName(name), parseStreamId(name) !== undefined, name);
  }
  const character = fc.constantFrom(...'aZ09._- /é\n');
  fc.assert(
    fc.property(fc.string({ unit: character, maxLength: 6 }), name => {
      return isStreamName(name) === (parseStreamId(name) !== undefined);
    }),
    { seed: 42 },
  );
});

test('a class that cannot be is refused by the page itself, before anything is asked', async t => {
  const gateway = await stubGateway(() => problem(401, 'No', ''));
  const chromium = await launchChromium();
  t.teardown(() => gateway.close());
  t.teardown(() => chromium.close());

  for (const path of ['/watch/a%20b', '/publish/a%20b?autostart=1', '/watch/%E0%A4%A']) {
    const page = await chromium.page(`${gateway.origin}${path}`);
    await page.getByText('No class can have this name').waitFor();
    t.true(await page.getByText(/begins with a letter/).isVisible());
    t.is(await page.evaluate('zrtc.state'), 'failed');
    t.false(await page.locator('#notice-action').isVisible());
    t.is(await page.getByRole('button', { name: 'Start', disabled: false }).count(), 0);
    t.false(await page.getByText('Students watch at').isVisible());
  }
  t.deepEqual(gateway.heard, []);
});
