import test from 'ava';
import { launchChromium } from '../support/chromium.ts';
import { startTestNode } from '../support/node.ts';
import { figuresOf, keepsPlaying, pictureMoves } from './playing-page.ts';

/** The teacher's page asks for the camera and connects anew; students are to see no more than a short stop. */
const GAP_LIMIT_MS = 5000;

test('the publisher’s page is reloaded: it goes on by itself, and the viewer plays on in the same session', async t => {
  const node = await startTestNode();
  t.teardown(() => node.stop());
  const teacher = await launchChromium();
  t.teardown(() => teacher.close());
  const student = await launchChromium();
  t.teardown(() => student.close());

  const publisher = await teacher.page(`${node.url}/publish/math-101`);
  await publisher.getByRole('button', { name: 'Start' }).click();
  await publisher.getByText('Live', { exact: true }).waitFor();
  const viewer = await student.page(`${node.url}/watch/math-101`);
  await keepsPlaying(viewer);
  const before = await figuresOf(viewer);

  const reloadedAtMs = performance.now();
  await publisher.reload();
  await viewer.getByText('The teacher’s stream has stopped; waiting for it to come back…').waitFor();
  await viewer.getByText('Live', { exact: true }).waitFor();
  await keepsPlaying(viewer, 5, 1);
  const gapMs = performance.now() - reloadedAtMs;
  t.log(`plays again ${Math.round(gapMs)} ms after the reload`);
  t.true(gapMs < GAP_LIMIT_MS);

  await keepsPlaying(viewer);
  t.true(await pictureMoves(viewer));
  t.is((await figuresOf(viewer)).session, before.session);
  t.is((await figuresOf(publisher)).state, 'live');
});

test('a page that was not live, or is opened anew, waits for the button', async t => {
  const node = await startTestNode();
  t.teardown(() => node.stop());
  const teacher = await launchChromium();
  t.teardown(() => teacher.close());

  const page = await teacher.page(`${node.url}/publish/math-101`);
  await page.getByRole('button', { name: 'Start' }).click();
  await page.getByText('Live', { exact: true }).waitFor();
  await page.goto(`${node.url}/publish/math-101`);
  await page.getByText('Idle', { exact: true }).waitFor();
  await page.reload();
  await page.getByText('Idle', { exact: true }).waitFor();

  await page.getByRole('button', { name: 'Start' }).click();
  await page.getByText('Live', { exact: true }).waitFor();
  await page.getByRole('button', { name: 'Stop' }).click();
  await page.getByText('Idle', { exact: true }).waitFor();
  await page.reload();
  await page.getByText('Idle', { exact: true }).waitFor();
  await page.waitForTimeout(1000);
  t.is((await figuresOf(page)).state, 'idle');
});
