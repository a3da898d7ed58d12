import test from 'ava';
import { type Chromium, launchChromium } from '../../support/chromium.ts';
import { problem, type StubGateway, stubGateway } from './stub-gateway.ts';

let gateway: StubGateway;
let chromium: Chromium;

test.before(async () => {
  gateway = await stubGateway(() => problem(403, 'Forbidden', 'Only the offer is of interest here.'));
  chromium = await launchChromium();
});
test.after.always(async () => {
  await chromium.close();
  await gateway.close();
});

for (const [query, codec] of [
  ['', 'VP8'],
  ['&codec=vp9', 'VP9'],
  ['&codec=AV1', 'AV1'],
  ['&codec=h264', 'H264'],
  ['&codec=mpeg1', 'VP8'],
] as const) {
  test.serial(`with ${query || 'no wish'}, ${codec} is offered first, and all others after it`, async t => {
    const page = await chromium.page(`${gateway.origin}/publish/math-101?autostart=1${query}`);
    const { body } = await gateway.next('POST', '/signaling/push');
    const sdp: string = JSON.parse(body).sdp;
    const first = /^m=video \d+ \S+ (\d+)/m.exec(sdp)?.[1];
    t.regex(sdp, new RegExp(`^a=rtpmap:${first} ${codec}/90000`, 'm'));
    for (const other of ['VP8', 'VP9', 'AV1', 'H264'])
      t.regex(sdp, new RegExp(`^a=rtpmap:\\d+ ${other}/90000`, 'm'));
    t.is(sdp.match(/^a=sendonly\r$/gm)?.length, 2);
    await page.close();
  });
}
