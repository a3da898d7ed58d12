import test from 'ava';
import { type Chromium, launchChromium } from '../../support/chromium.ts';
import { problem, type Said, type StubGateway, stubGateway } from './stub-gateway.ts';

let gateway: StubGateway;
let chromium: Chromium;
let answer: Said = { status: 404 };

test.before(async () => {
  gateway = await stubGateway(() => answer);
  chromium = await launchChromium();
});
test.after.always(async () => {
  await chromium.close();
  await gateway.close();
});

for (const { status, title, detail } of [
  { status: 401, title: 'You need an invitation link', detail: /Open the link that you were given/ },
  { status: 403, title: 'You have no permission for this class', detail: /Your link is for another class/ },
]) {
  test.serial(
    `${status}: in our own words, and the publisher is offered nothing that cannot work`,
    async t => {
      answer = problem(status, 'No', 'The bearer token is worth nothing.');
      const page = await chromium.page(`${gateway.origin}/publish/math-101?autostart=1`);
      await page.getByText(title).waitFor();
      t.regex((await page.locator('#notice-detail').textContent()) ?? '', detail);
      t.notRegex((await page.locator('body').textContent()) ?? '', /bearer|token/i);
      t.is(await page.locator('#state-words').textContent(), 'Not connected');
      t.is(await page.evaluate('zrtc.state'), 'failed');
      t.true(await page.getByRole('button', { name: 'Start' }).isDisabled());
      t.false(await page.getByText('Students watch at').isVisible());
      t.false(await page.locator('#notice-action').isVisible());
      await page.close();
    },
  );

  test.serial(`${status}: in our own words, and the viewer is not told to try the same again`, async t => {
    answer = problem(status, 'No', 'The bearer token is worth nothing.');
    const page = await chromium.page(`${gateway.origin}/watch/math-101`);
    await page.getByText(title).waitFor();
    t.regex((await page.locator('#notice-detail').textContent()) ?? '', detail);
    t.notRegex((await page.locator('body').textContent()) ?? '', /bearer|token/i);
    t.false(await page.locator('#notice-action').isVisible());
    t.is(await page.evaluate('zrtc.session'), undefined);
    await page.close();
  });
}

test.serial('another invitation in the address bar of a refused page is taken at once', async t => {
  answer = problem(401, 'No', '');
  const page = await chromium.page(`${gateway.origin}/watch/invited`);
  await page.getByText('You need an invitation link').waitFor();
  await gateway.next('POST', '/signaling/pull', 'invited');
  await page.evaluate(`location.href = '/watch/invited#token=new'`);
  t.is((await gateway.next('POST', '/signaling/pull', 'invited')).authorization, 'Bearer new');
  await page.close();
});

test.serial('any other refusal: the title and detail of its problem document', async t => {
  answer = problem(409, 'Too late', 'The class is over.');
  const page = await chromium.page(`${gateway.origin}/watch/late`);
  await page.getByText('Too late').waitFor();
  t.true(await page.getByText('The class is over.').isVisible());
  await gateway.next('POST', '/signaling/pull', 'late');
  await page.getByRole('button', { name: 'Try again' }).click();
  await gateway.next('POST', '/signaling/pull', 'late');
  await page.close();
});

test.serial('a server that is full: words, and another try by itself', async t => {
  answer = problem(503, 'No room', 'All edges are full.', 1);
  const page = await chromium.page(`${gateway.origin}/watch/full`);
  await page.getByText('The server is full or not ready; trying again…').waitFor();
  await gateway.next('POST', '/signaling/pull', 'full');
  await gateway.next('POST', '/signaling/pull', 'full');
  t.true(await page.locator('#notice').isHidden());
});
