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

  const sayings = pages.map(page => saysReconnectingAtMs(page));
  const startedMs = Date.now();
  isStopped = true;
  await node.stop();
  const delaysMs = (await Promise.all(sayings)).map(atMs => atMs - startedMs);
  t.log(`after ${delaysMs.join(', ')} ms`);
  t.true(Math.max(...delaysMs) < AT_ONCE_MS);
});

/** When the page first says so, by the wall clock that it shares with the test. */
function saysReconnectingAtMs(page: Page): Promise<number> {
  return page.evaluate(
    () =>
      new Promise<number>(resolve => {
        // biome-ignore lint/suspicious/noExplicitAny: runs in the browser, whose types this project does not load
        const { document, MutationObserver } = globalThis as any;
        const words = document.querySelector('#state-words');
        new MutationObserver(() => {
          if (words.textContent === 'Reconnecting…') resolve(Date.now());
        }).observe(words, { childList: true });
      }),
  );
}
