import test from 'ava';
import type { Page } from 'playwright-core';
import { launchChromium } from '../../support/chromium.ts';
import { startTestNode } from '../../support/node.ts';

interface Figures {
  readonly state: string;
  readonly session: string;
  readonly framesDecoded: number;
}

/** More than the six connections that a browser opens to one server (HTTP/1.1). */
const TABS = 10;

test('ten tabs of one browser load and play, and each hears when its session has ended', async t => {
  const node = await startTestNode();
  t.teardown(() => node.stop());
  const teacher = await launchChromium();
  t.teardown(() => teacher.close());
  const student = await launchChromium();
  t.teardown(() => student.close());

  await teacher.context.addInitScript(smallPicture);
  const publisher = await teacher.page(`${node.url}/publish/math-101?autostart=1`);
  await publisher.getByText('Live', { exact: true }).waitFor();
  const tabs: Page[] = [];
  for (let i = 0; i < TABS; i += 1) tabs.push(await student.page(`${node.url}/watch/math-101`));
  for (const tab of tabs) {
    await tab.waitForFunction(() => {
      const { framesDecoded, state } = (globalThis as never as { zrtc: Figures }).zrtc;
      return state === 'live' && framesDecoded > 10;
    });
  }
  t.is(tabs.length, TABS);

  // The first has given its event stream to those that came later.
  const session = String(await tabs[0]!.evaluate('zrtc.session'));
  await fetch(`${node.url}/api/sessions/${session}`, { method: 'DELETE' });
  await tabs[0]!.getByText('You were taken out of this class').waitFor({ timeout: 3000 });
});

/** A picture that ten tabs at once can decode on a small machine. */
function smallPicture(): void {
  // biome-ignore lint/suspicious/noExplicitAny: runs in the browser, whose types this project does not load
  const devices = (globalThis as any).navigator.mediaDevices;
  const getUserMedia = devices.getUserMedia.bind(devices);
  devices.getUserMedia = () =>
    getUserMedia({ audio: true, video: { width: 320, height: 180, frameRate: 10 } });
}
