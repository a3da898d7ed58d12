import test from 'ava';
import { type ChromiumWishes, launchChromium } from '../../support/chromium.ts';
import { stubGateway } from './stub-gateway.ts';

interface Scenario {
  readonly name: string;
  readonly wishes: ChromiumWishes;
  readonly host: string;
  readonly title: string;
  readonly advice: RegExp;
}

const scenarios: readonly Scenario[] = [
  {
    name: 'a forbidden camera',
    wishes: { camera: 'refused' },
    host: '127.0.0.1',
    title: 'Camera and microphone are not allowed',
    advice: /Allow them for this page/,
  },
  {
    name: 'a page over plain HTTP from another computer',
    wishes: { args: ['--host-resolver-rules=MAP class.test 127.0.0.1'] },
    host: 'class.test',
    title: 'This page may not use the camera',
    advice: /--tls, or open http:\/\/localhost:\d+\/publish\/math-101 /,
  },
];

for (const { name, wishes, host, title, advice } of scenarios) {
  test.serial(`${name} is explained, with what to do`, async t => {
    const gateway = await stubGateway(() => undefined);
    const chromium = await launchChromium(wishes);
    t.teardown(() => gateway.close());
    t.teardown(() => chromium.close());

    const page = await chromium.page(
      `${gateway.origin.replace('127.0.0.1', host)}/publish/math-101?autostart=1`,
    );
    await page.getByText(title).waitFor();
    t.regex((await page.locator('#notice-detail').textContent()) ?? '', advice);
    t.is(await page.locator('#state-words').textContent(), 'No camera');
    t.true(await page.getByRole('button', { name: 'Try again' }).isVisible());
    t.true(await page.getByRole('button', { name: 'Start' }).isDisabled());
    t.deepEqual(gateway.heard, []);
  });
}
