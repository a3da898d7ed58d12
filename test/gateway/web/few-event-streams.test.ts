import test from 'ava';
import { launchChromium } from '../../support/chromium.ts';
import { eventually } from '../../support/node.ts';
import { smallClassroom } from './small-classroom.ts';
import type { Said } from './stub-gateway.ts';

/** Well over the time of a round trip between two pages, far below that of a user's patience. */
const SOON_MS = 5000;

test('of five pages three hold an event stream; one that is looked at again asks what it missed', async t => {
  const reports = new Map<string, Said>();
  const { gateway, close } = await smallClassroom({ report: session => reports.get(session) });
  const chromium = await launchChromium();
  t.teardown(close);
  t.teardown(() => chromium.close());
  const listenTo = (...sessions: string[]) =>
    eventually(`streams to ${sessions}`, SOON_MS, () =>
      gateway.listening().toSorted().join() === sessions.join() ? true : undefined,
    );

  const pages = [];
  for (let i = 1; i <= 5; i += 1) {
    const page = await chromium.page(`${gateway.origin}/publish/class-${i}?autostart=1`);
    await page.getByText('Live', { exact: true }).waitFor();
    pages.push(page);
  }
  const [first, second] = pages;
  t.true(await listenTo('publisher-3', 'publisher-4', 'publisher-5'));

  reports.set('publisher-1', report('connected', 'Connected.'));
  await first!.evaluate(`dispatchEvent(new Event('focus'))`);
  t.true(await listenTo('publisher-1', 'publisher-4', 'publisher-5'));
  t.is(await first!.evaluate('zrtc.state'), 'live');

  reports.set('publisher-2', report('ended', 'Ended: replaced.'));
  await second!.evaluate(`dispatchEvent(new Event('focus'))`);
  await second!.getByText('Another publisher took over this class').waitFor();

  await pages[4]!.close({ runBeforeUnload: true });
  await eventually('stream less', SOON_MS, () =>
    gateway.listening().includes('publisher-5') ? undefined : true,
  );
  t.is(await pages[3]!.evaluate('zrtc.state'), 'live');
});

function report(state: string, explanation: string): Said {
  return { status: 200, body: { state, explanation } };
}
