import test from 'ava';
import { launchChromium } from '../../support/chromium.ts';
import { smallClassroom } from './small-classroom.ts';

interface Way {
  readonly name: string;
  readonly query: string;
  readonly whepOffers: boolean;
  readonly leaving: readonly [method: string, path: string];
}

const ways: readonly Way[] = [
  { name: 'our signalling', query: '', whepOffers: false, leaving: ['POST', '/signaling/stop'] },
  {
    name: 'WHIP and WHEP',
    query: '&via=whip',
    whepOffers: false,
    leaving: ['DELETE', '/whep/math-101/viewer-2'],
  },
  {
    name: 'WHIP and a counter-offer of WHEP',
    query: '&via=whip',
    whepOffers: true,
    leaving: ['DELETE', '/whep/math-101/viewer-2'],
  },
];

for (const { name, query, whepOffers, leaving } of ways) {
  test.serial(`by ${name}, picture and sound go from one page to the other`, async t => {
    const { gateway, descriptions, close } = await smallClassroom({ whepOffers });
    const chromium = await launchChromium();
    t.teardown(close);
    t.teardown(() => chromium.close());

    await chromium.context.addInitScript(keepRemoteDescriptions);
    const publisher = await chromium.page(`${gateway.origin}/publish/math-101?autostart=1${query}`);
    await publisher.getByText('Live', { exact: true }).waitFor();
    const viewer = await chromium.page(`${gateway.origin}/watch/math-101?${query.replace('whip', 'whep')}`);
    // By then playing was tried; to look at the page any sooner would count as the click that allows sound.
    await gateway.next('GET', '/api/sessions/viewer-2/events');
    await viewer.getByText('Live', { exact: true }).waitFor();
    await viewer.waitForFunction(() => {
      const { framesDecoded, audioSamples, width } = (globalThis as never as { zrtc: Figures }).zrtc;
      return framesDecoded > 5 && audioSamples > 10_000 && width > 0;
    });

    t.is(await publisher.evaluate('zrtc.session'), 'publisher-1');
    t.regex(String(await publisher.evaluate('remoteSdp')), /^a=fmtp:\d+ .*x-google-start-bitrate=1500/m);
    t.notRegex(String(await viewer.evaluate('remoteSdp')), /x-google/);
    t.is(await viewer.evaluate('zrtc.session'), 'viewer-2');
    for (const sdp of descriptions) {
      const payloadType = /a=rtpmap:(\d+) opus\/48000/i.exec(sdp)?.[1];
      t.true(sdp.includes(`a=rtcp-fb:${payloadType} nack\r\n`), 'NACK is asked for on Opus');
    }
    t.not(await viewer.locator('[data-figure=size]').textContent(), '–');
    t.true(await viewer.getByRole('button', { name: 'Turn sound on' }).isVisible());
    await viewer.getByRole('button', { name: 'Turn sound on' }).click();
    await viewer.getByRole('button', { name: 'Mute sound' }).waitFor();

    await viewer.close({ runBeforeUnload: true });
    await gateway.next(...leaving);
    await publisher.getByRole('button', { name: 'Stop' }).click();
    await publisher.getByText('Idle', { exact: true }).waitFor();
    t.pass('both have told the server that they are gone');
  });
}

interface Figures {
  readonly framesDecoded: number;
  readonly audioSamples: number;
  readonly width: number;
}

/** Runs in each page: what it gives its peer connection as the server's description stays to be read. */
function keepRemoteDescriptions(): void {
  // biome-ignore lint/suspicious/noExplicitAny: runs in the browser, whose types this project does not load
  const page = globalThis as any;
  const { setRemoteDescription } = page.RTCPeerConnection.prototype;
  page.RTCPeerConnection.prototype.setRemoteDescription = function (description: { sdp: string }) {
    page.remoteSdp = description.sdp;
    return setRemoteDescription.call(this, description);
  };
}
