import test from 'ava';
import type { Page } from 'playwright-core';
import { launchChromium } from '../../support/chromium.ts';
import { startTestNode } from '../../support/node.ts';

/** The time in which nobody wonders at a picture that stands still. */
const AT_ONCE_MS = 1000;

test('when the server stops, both pages say so at once, whether or not they hold an event stream', async t => {
  const node = await startTestNode();
  let isStopped = false;
  t.teardown(() => (isStopped ? undefined : node.stop()));
  const teacher = await launchChromium();
  t.teardown(() => teacher.close());
  const student = await launchChromium();
  t.teardown(() => student.close());

  const publisher = await teacher.page(`${node.url}/publish/math-101?autostart=1`);
  await publisher.getByText('Live', { exact: true }).waitFor();
  // The first of four has given its event stream away: for it there is only the goodbye of the connection itself.
  const viewers: Page[] = [];
  for (let i = 0; i < 4; i += 1) viewers.push(await student.page(`${node.url}/watch/math-101`));
  const pages = [publisher, ...viewers];
  for (const page of pages) await page.getByText('Live', { exact: true }).waitFor();

  await Promise.all(pages.map(noteReconnecting));
  const startedMs = Date.now();
  isStopped = true;
  await node.stop();
  const delaysMs = (await Promise.all(pages.map(notedAtMs))).map(atMs => atMs - startedMs);
  t.log(`after ${delaysMs.join(', ')} ms`);
  t.true(Math.max(...delaysMs) < AT_ONCE_MS);
});

interface Noting {
  reconnectingAtMs: number;
}

/** Lets the page note when it first says so, by the wall clock that it shares with the test. */
function noteReconnecting(page: Page): Promise<void> {
  return page.evaluate(() => {
    // biome-ignore lint/suspicious/noExplicitAny: runs in the browser, whose types this project does not load
    const { document, MutationObserver } = globalThis as any;
    const words = document.querySelector('#state-words');
    new MutationObserver(() => {
      if (words.textContent !== 'Reconnecting…') return;
      (globalThis as never as Noting).reconnectingAtMs ??= Date.now();
    }).observe(words, { childList: true });
  });
}

async function notedAtMs(page: Page): Promise<number> {
  const noted = await page.waitForFunction(() => (globalThis as never as Noting).reconnectingAtMs);
  return noted.jsonValue();
}
