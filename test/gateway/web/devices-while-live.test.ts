import test from 'ava';
import { launchChromium } from '../../support/chromium.ts';
import { smallClassroom } from './small-classroom.ts';

test('another camera takes over without a new session, and mute stays mute', async t => {
  const { gateway, close } = await smallClassroom();
  const chromium = await launchChromium({ args: ['--use-fake-device-for-media-stream=device-count=2'] });
  t.teardown(close);
  t.teardown(() => chromium.close());

  const page = await chromium.page(`${gateway.origin}/publish/math-101?autostart=1`);
  await page.getByText('Live', { exact: true }).waitFor();
  const session = await page.evaluate('zrtc.session');
  const label = () => page.evaluate('preview.srcObject.getVideoTracks()[0].label');
  t.is(await label(), 'fake_device_0');

  await page.getByRole('button', { name: 'Turn camera off' }).click();
  await page.getByLabel('Camera', { exact: true }).selectOption('fake_device_1');
  await page.waitForFunction(() => {
    const { preview } = globalThis as never as {
      preview: { srcObject: { getVideoTracks(): { label: string }[] } };
    };
    return preview.srcObject.getVideoTracks()[0]?.label === 'fake_device_1';
  });
  t.false(await page.evaluate('preview.srcObject.getVideoTracks()[0].enabled'));
  await page.getByRole('button', { name: 'Turn camera on' }).click();
  t.true(await page.evaluate('preview.srcObject.getVideoTracks()[0].enabled'));

  t.is(await page.evaluate('zrtc.session'), session);
  t.is(gateway.heard.filter(({ path }) => path === '/signaling/push').length, 1);
});
