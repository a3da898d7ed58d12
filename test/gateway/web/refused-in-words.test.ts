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

test.serial('a token for another class: no permission, in words, with the detail of the server', async t => {
  answer = problem(403, 'Forbidden', 'The token lets you publish art-*, not math-101.');
  const page = await chromium.page(`${gateway.origin}/publish/math-101?autostart=1`);
  await page.getByText('You have no permission for this class').waitFor();
  t.true(await page.getByText('The token lets you publish art-*, not math-101.').isVisible());
  t.is(await page.locator('#state-words').textContent(), 'Not connected');
  t.is(await page.evaluate('zrtc.state'), 'failed');
  t.true(await page.getByRole('button', { name: 'Start' }).isEnabled());
});

test.serial('no token: an invitation is needed; the viewer can try again', async t => {
  answer = problem(401, 'Unauthorized', '');
  const page = await chromium.page(`${gateway.origin}/watch/math-101`);
  await page.getByText('You need an invitation link').waitFor();
  await gateway.next('POST', '/signaling/pull');
  await page.getByRole('button', { name: 'Try again' }).click();
  await gateway.next('POST', '/signaling/pull');
  t.is(await page.evaluate('zrtc.session'), undefined);
});

test.serial('any other refusal: the title and detail of its problem document', async t => {
  answer = problem(400, 'Not a stream name', 'A name has letters, digits, - and _ only.');
  const page = await chromium.page(`${gateway.origin}/watch/${encodeURIComponent('<b>ä</b>')}`);
  await page.getByText('Not a stream name').waitFor();
  t.true(await page.getByText('A name has letters, digits, - and _ only.').isVisible());
  t.is(await page.locator('h1').textContent(), '<b>ä</b>');
});

test.serial('a server that is full: words, and another try by itself', async t => {
  answer = problem(503, 'No room', 'All edges are full.', 1);
  const page = await chromium.page(`${gateway.origin}/watch/full`);
  await page.getByText('The server is full or not ready; trying again…').waitFor();
  await gateway.next('POST', '/signaling/pull', 'full');
  await gateway.next('POST', '/signaling/pull', 'full');
  t.true(await page.locator('#notice').isHidden());
});
