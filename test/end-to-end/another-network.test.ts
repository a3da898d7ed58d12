import test, { type ExecutionContext } from 'ava';
import type { Page } from 'playwright-core';
import type { SessionReport } from '../../actors/protocol.ts';
import { launchChromium } from '../support/chromium.ts';
import { eventually, json, post, startTestNode } from '../support/node.ts';
import { listen, peer, publishedH264, pull } from './datachannel-peer.ts';
import { startNat } from './rebinding-nat.ts';

const HOME = '127.0.0.2';
const MOBILE = '127.0.0.3';

interface Way {
  readonly session: string;
  /** Packets or frames so far, where they arrive. */
  count(): Promise<number> | number;
}

/** The session goes on from another address, to which the node sends only what the client has proved to be there. */
async function survivesTheMove(
  t: ExecutionContext,
  url: string,
  nat: Awaited<ReturnType<typeof startNat>>,
  { session, count }: Way,
): Promise<void> {
  const addressOf = async () =>
    (await json<SessionReport>(`${url}/api/sessions/${session}`)).remoteAddress?.split(' ')[0];
  await eventually('media', 15_000, async () => ((await count()) > 10 ? true : undefined));
  t.is(await addressOf(), HOME);
  await nat.rebind(MOBILE);
  await eventually('move to the new address', 15_000, async () =>
    (await addressOf()) === MOBILE ? true : undefined,
  );
  const before = await count();
  await eventually('media after the move', 10_000, async () =>
    (await count()) > before + 30 ? true : undefined,
  );
  t.is(await addressOf(), MOBILE);
}

test.serial('libdatachannel proves that it is on another network, and is sent media there', async t => {
  const node = await startTestNode();
  t.teardown(() => node.stop());
  const nat = await startNat(HOME);
  t.teardown(() => nat.close());
  const publisher = await publishedH264(node.url, 'math-101');
  t.teardown(() => publisher.close());
  const viewer = peer('viewer');
  t.teardown(() => viewer.close());
  let packets = 0;
  listen(viewer, () => {
    packets += 1;
  });
  const { session } = await pull(viewer, node.url, 'math-101', offer => nat.hides(offer));
  await survivesTheMove(t, node.url, nat, { session, count: () => packets });
});

test.serial('Chromium proves that it is on another network, publishing and watching', async t => {
  const node = await startTestNode();
  t.teardown(() => node.stop());
  const chromium = await launchChromium();
  t.teardown(() => chromium.close());

  const teacherNat = await startNat(HOME);
  t.teardown(() => teacherNat.close());
  const teacher = await chromium.page(`${node.url}/live`);
  const pushed = await post<{ session: string; sdp: string }>(`${node.url}/signaling/push`, {
    stream: 'math-101',
    sdp: await offered(teacher, 'sendonly'),
  });
  await accept(teacher, teacherNat.hides(pushed.sdp));
  const packets = async () =>
    (await json<SessionReport>(`${node.url}/api/sessions/${pushed.session}`)).tracks.reduce(
      (sum, track) => sum + track.packets,
      0,
    );
  await survivesTheMove(t, node.url, teacherNat, { session: pushed.session, count: packets });

  const studentNat = await startNat(HOME);
  t.teardown(() => studentNat.close());
  const student = await chromium.page(`${node.url}/live`);
  const response = await fetch(`${node.url}/whep/math-101`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/sdp' },
    body: await offered(student, 'recvonly'),
  });
  t.is(response.status, 201);
  await accept(student, studentNat.hides(await response.text()));
  const session = response.headers.get('Location')!.split('/').at(-1)!;
  await survivesTheMove(t, node.url, studentNat, { session, count: () => framesDecoded(student) });
});

/** An offer of the fake camera's audio and video, or to watch some. */
function offered(page: Page, direction: 'sendonly' | 'recvonly'): Promise<string> {
  return page.evaluate(async direction => {
    // biome-ignore lint/suspicious/noExplicitAny: runs in the browser, whose types this project does not load
    const browser = globalThis as any;
    const peer = new browser.RTCPeerConnection();
    browser.peer = peer;
    const camera =
      direction === 'sendonly'
        ? await browser.navigator.mediaDevices.getUserMedia({ audio: true, video: true })
        : undefined;
    for (const kind of ['audio', 'video'])
      peer.addTransceiver(
        camera?.getTracks().find((track: { kind: string }) => track.kind === kind) ?? kind,
        {
          direction,
        },
      );
    await peer.setLocalDescription();
    return peer.localDescription.sdp as string;
  }, direction);
}

function accept(page: Page, sdp: string): Promise<void> {
  return page.evaluate(
    // biome-ignore lint/suspicious/noExplicitAny: runs in the browser
    sdp => (globalThis as any).peer.setRemoteDescription({ type: 'answer', sdp }),
    sdp,
  );
}

function framesDecoded(page: Page): Promise<number> {
  return page.evaluate(async () => {
    // biome-ignore lint/suspicious/noExplicitAny: runs in the browser
    const reports = [...(await (globalThis as any).peer.getStats()).values()];
    return reports.reduce((sum, { framesDecoded = 0 }) => sum + framesDecoded, 0);
  });
}
