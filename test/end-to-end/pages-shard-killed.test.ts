import test, { type ExecutionContext } from 'ava';
import type { Page } from 'playwright-core';
import { launchChromium } from '../support/chromium.ts';
import { startMortalNode } from '../support/mortal-node.ts';
import { keepPeers } from './page-peers.ts';
import { longestStop, noteMoments } from './playing-moments.ts';
import { figuresOf, keepsPlaying, pictureMoves } from './playing-page.ts';

/** It is printed; a page waits half a second at most, and for a class that has stopped up to 2.4 s more. */
const AGAIN_MAX_MS = 10_000;
const STREAM = 'math-101';

/** The shard that a page's session is on. */
async function shardOf(page: Page): Promise<number> {
  const { session } = await figuresOf(page);
  return Number(session?.split('-')[1]);
}

/** How long picture and sound stood still for the viewer around `fromMs`, by Date.now(). */
async function printStops(t: ExecutionContext, viewer: Page, fromMs: number, what: string): Promise<void> {
  for (const media of ['picture', 'sound'] as const) {
    const { endAtMs, lengthMs } = await longestStop(viewer, media, fromMs, fromMs + AGAIN_MAX_MS);
    const againMs = Math.round(endAtMs - fromMs);
    t.log(`${what}: ${media} again after ${againMs} ms, after a stop of ${Math.round(lengthMs)} ms`);
    t.true(againMs < AGAIN_MAX_MS);
  }
}

test('the shard of a page is killed, of a student, of a teacher, then of both: they play again by themselves', async t => {
  const node = await startMortalNode({ 'media.cores': '2' });
  t.teardown(() => node.stop());
  const browser = await launchChromium();
  t.teardown(() => browser.close());
  await keepPeers(browser.context);
  const teacher = await browser.page(`${node.url}/publish/${STREAM}?uid=0&autostart=1`);
  await teacher.getByText('Live', { exact: true }).waitFor();
  const student = await browser.page(`${node.url}/watch/${STREAM}?uid=1`);

  /** Kills a shard; resolves once the student's page plays, and tells how long it did not. */
  const kill = async (shard: number, what: string) => {
    await noteMoments(student);
    await keepsPlaying(student);
    const before = await figuresOf(student);
    const atMs = Date.now();
    await Promise.all([node.kill(shard), notPlaying(student)]);
    await student.getByText('Live', { exact: true }).waitFor();
    await teacher.getByText('Live', { exact: true }).waitFor();
    await keepsPlaying(student);
    t.true(await pictureMoves(student));
    await printStops(t, student, atMs, what);
    return (await figuresOf(student)).session === before.session;
  };
  const notPlaying = (page: Page) =>
    page.waitForFunction(() => (globalThis as never as { zrtc: { state: string } }).zrtc.state !== 'live');

  await keepsPlaying(student);
  t.deepEqual([await shardOf(teacher), await shardOf(student)], [0, 1]);
  t.false(await kill(1, 'the student’s shard'));

  // Where the student's page is by now depends on who was up first.
  await student.goto(`${node.url}/watch/${STREAM}?uid=1`);
  await keepsPlaying(student);
  t.deepEqual([await shardOf(teacher), await shardOf(student)], [0, 1]);
  t.true(await kill(0, 'the teacher’s shard'), 'the same session');

  const shard = await shardOf(teacher);
  await student.goto(`${node.url}/watch/${STREAM}?uid=${shard}`);
  await keepsPlaying(student);
  t.is(await shardOf(student), shard);
  t.false(await kill(shard, 'the shard of both'));
});
