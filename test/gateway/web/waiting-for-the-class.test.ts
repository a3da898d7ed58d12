import test from 'ava';
import { launchChromium } from '../../support/chromium.ts';
import { problem, stubGateway } from './stub-gateway.ts';

for (const { via, path, status } of [
  { via: 'signalling', path: '/signaling/pull', status: 404 },
  { via: 'whep', path: '/whep/math-101', status: 409 },
]) {
  test.serial(
    `by ${via}, a viewer who comes early is told so and asks again without being asked`,
    async t => {
      const gateway = await stubGateway(() => problem(status, 'Not live', 'Nobody publishes it.', 1));
      const chromium = await launchChromium();
      t.teardown(() => gateway.close());
      t.teardown(() => chromium.close());

      const page = await chromium.page(`${gateway.origin}/watch/math-101?via=${via}`);
      await page.getByText('The class has not started yet; waiting…').waitFor();
      t.is(await page.evaluate('zrtc.state'), 'waiting');
      await gateway.next('POST', path);
      await gateway.next('POST', path);
      t.true(await page.getByText('The class has not started yet; waiting…').isVisible());
      t.true(await page.locator('#notice').isHidden());
    },
  );
}
