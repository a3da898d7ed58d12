import test from 'ava';
import { launchChromium } from '../support/chromium.ts';
import { startTestNode } from '../support/node.ts';

test('a page of anybody’s, with four HTTP calls, publishes and watches: push, pull, sendanswer, stop', async t => {
  const node = await startTestNode();
  t.teardown(() => node.stop());
  const chromium = await launchChromium();
  t.teardown(() => chromium.close());
  const page = await chromium.page(node.url);

  const result = await page.evaluate(async () => {
    // biome-ignore lint/suspicious/noExplicitAny: runs in the browser, whose types this project does not load
    const { RTCPeerConnection, navigator, document, setTimeout } = globalThis as any;
    interface Called {
      readonly status: number;
      readonly body: { readonly type: string; readonly sdp: string; readonly session: string };
    }
    const call = async (path: string, body: object): Promise<Called> => {
      const response = await fetch(`/signaling/${path}`, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify(body),
      });
      const text = await response.text();
      return { status: response.status, body: text === '' ? {} : JSON.parse(text) };
    };
    const until = async (what: () => Promise<boolean>) => {
      for (let i = 0; i < 100; i += 1) {
        if (await what()) return true;
        await new Promise(resolve => setTimeout(resolve, 100));
      }
      return false;
    };

    const early = await call('pull', { stream: 'history-1' });
    const publisher = new RTCPeerConnection();
    const media = await navigator.mediaDevices.getUserMedia({ audio: true, video: true });
    for (const track of media.getTracks()) publisher.addTrack(track, media);
    await publisher.setLocalDescription();
    const push = await call('push', { stream: 'history-1', sdp: publisher.localDescription.sdp });
    await publisher.setRemoteDescription({ type: push.body.type, sdp: push.body.sdp });
    const connected = await until(async () => publisher.connectionState === 'connected');

    let pull = await call('pull', { stream: 'history-1' });
    await until(async () => {
      if (pull.status === 200) return true;
      pull = await call('pull', { stream: 'history-1' });
      return false;
    });
    const viewer = new RTCPeerConnection();
    const video = document.createElement('video');
    viewer.ontrack = ({ streams }: { streams: unknown[] }) => {
      video.srcObject = streams[0];
      video.muted = true;
      void video.play();
    };
    await viewer.setRemoteDescription({ type: pull.body.type, sdp: pull.body.sdp });
    await viewer.setLocalDescription();
    const answer = { session: pull.body.session, sdp: viewer.localDescription.sdp };
    const sent = await call('sendanswer', answer);
    const again = await call('sendanswer', answer);
    const plays = await until(async () => {
      let frames = 0;
      let samples = 0;
      for (const entry of (await viewer.getStats()).values()) {
        if (entry.type === 'inbound-rtp' && entry.kind === 'video') frames = entry.framesDecoded;
        if (entry.type === 'inbound-rtp' && entry.kind === 'audio') samples = entry.totalSamplesReceived;
      }
      return frames > 30 && samples > 48_000;
    });
    const stopped = await call('stop', { session: pull.body.session });
    const gone = await call('stop', { session: pull.body.session });
    return { early, push, connected, pull, sent, again, plays, stopped, gone };
  });

  t.is(result.early.status, 404);
  t.is(result.push.status, 200);
  t.is(result.push.body.type, 'answer');
  t.true(result.connected);
  t.is(result.pull.status, 200);
  t.is(result.pull.body.type, 'offer');
  t.is(result.sent.status, 204);
  t.is(result.again.status, 409);
  t.true(result.plays);
  t.is(result.stopped.status, 204);
  t.is(result.gone.status, 404);
});
