import test from 'ava';
import { type Chromium, launchChromium } from '../../support/chromium.ts';
import { type SmallClassroom, smallClassroom } from './small-classroom.ts';

let room: SmallClassroom;
let chromium: Chromium;

test.before(async () => {
  room = await smallClassroom();
  chromium = await launchChromium();
});
test.after.always(async () => {
  await chromium.close();
  await room.close();
});

test.serial('a publisher whose place is taken stops, says so, and comes back only by a click', async t => {
  const { gateway } = room;
  const page = await chromium.page(`${gateway.origin}/publish/math-101?autostart=1`);
  await page.getByText('Live', { exact: true }).waitFor();
  await gateway.next('POST', '/signaling/push');
  await gateway.tell('publisher-1', 'ended', { reason: 'replaced' });

  await page.getByText('Another publisher took over this class').waitFor();
  t.is(await page.locator('#state-words').textContent(), 'Replaced');
  t.is(await page.evaluate('zrtc.session'), undefined);
  const offers = page.getByRole('button', { name: /^(Start|Stop|Try|Publish)/ });
  t.deepEqual(await offers.allTextContents(), ['Publish here again']);
  await offers.click();
  await gateway.next('POST', '/signaling/push');
  await page.getByText('Live', { exact: true }).waitFor();
  t.true(await page.locator('#notice').isHidden());
});

for (const [event, data] of [
  ['reconnect', {}],
  ['ended', { reason: 'node draining' }],
] as const) {
  test.serial(`on ${event}, a viewer gets a new session and gives the old one back`, async t => {
    const { gateway } = room;
    const page = await chromium.page(`${gateway.origin}/watch/math-101#token=secret`);
    await page.getByText('Live', { exact: true }).waitFor();
    const old = String(await page.evaluate('zrtc.session'));
    await gateway.tell(old, event, data);
    await gateway.next('POST', '/signaling/stop', JSON.stringify({ session: old }));
    await page.waitForFunction(session => {
      const { zrtc } = globalThis as never as { zrtc: { session?: string; state: string } };
      return zrtc.state === 'live' && zrtc.session !== session;
    }, old);
    const listening = gateway.heard.filter(({ path }) => path === `/api/sessions/${old}/events`);
    t.is(listening.at(0)?.query, 'access_token=secret');
    await page.close();
  });
}

test.serial('while the publisher is away the viewer is told so, and again when it is back', async t => {
  const { gateway } = room;
  const page = await chromium.page(`${gateway.origin}/watch/math-101`);
  await page.getByText('Live', { exact: true }).waitFor();
  const session = String(await page.evaluate('zrtc.session'));
  await gateway.tell(session, 'inactive', {});
  await page.getByText('The teacher’s stream has stopped; waiting for it to come back…').waitFor();
  t.deepEqual(await page.locator('[data-figure=size], [data-figure=video]').allTextContents(), ['–', '–']);
  await page.waitForTimeout(1500);
  t.deepEqual(await page.locator('[data-figure=size], [data-figure=video]').allTextContents(), ['–', '–']);
  await gateway.tell(session, 'active', {});
  await page.getByText('Live', { exact: true }).waitFor();
  t.is(await page.evaluate('zrtc.session'), session);
});
