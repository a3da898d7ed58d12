import test from 'ava';
import { type Chromium, launchChromium } from '../../support/chromium.ts';
import { problem, type StubGateway, stubGateway } from './stub-gateway.ts';

let gateway: StubGateway;
let chromium: Chromium;

test.before(async () => {
  gateway = await stubGateway(() => problem(403, 'Forbidden', 'Not for you.'));
  chromium = await launchChromium();
});
test.after.always(async () => {
  await chromium.close();
  await gateway.close();
});

for (const given of ['?uid=7#token=abc.def', '?token=abc.def&uid=7']) {
  test.serial(`the token of ${given} goes into the header, and out of the address bar`, async t => {
    const page = await chromium.page(`${gateway.origin}/watch/math-101${given}`);
    const pull = await gateway.next('POST', '/signaling/pull');
    t.is(pull.authorization, 'Bearer abc.def');
    t.deepEqual(JSON.parse(pull.body), { stream: 'math-101', uid: '7' });
    t.is(page.url(), `${gateway.origin}/watch/math-101?uid=7`);
    await page.close();
  });
}

test.serial('a reload still has the token; another tab has not', async t => {
  const page = await chromium.page(`${gateway.origin}/watch/kept#token=secret`);
  t.is((await gateway.next('POST', '/signaling/pull', 'kept')).authorization, 'Bearer secret');
  await page.reload();
  t.is((await gateway.next('POST', '/signaling/pull', 'kept')).authorization, 'Bearer secret');
  await chromium.page(`${gateway.origin}/watch/kept`);
  t.is((await gateway.next('POST', '/signaling/pull', 'kept')).authorization, '');
});
