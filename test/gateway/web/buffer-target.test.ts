import test from 'ava';
import { launchChromium } from '../../support/chromium.ts';
import { smallClassroom } from './small-classroom.ts';

interface Buffer {
  set(ms: number): void;
  follow(peer: unknown): void;
}
const module = new URL('../../../gateway/web/public/buffer-target.js', import.meta.url);
const { bufferTarget }: { bufferTarget(): Buffer } = await import(module.href);

/** What a test needs of an RTCRtpReceiver, as some browsers have it. */
type Receiver = { jitterBufferTarget: number | null } | { playoutDelayHint: number | null } | object;

const modern = (): Receiver => ({ jitterBufferTarget: null });
const peerOf = (...receivers: Receiver[]) => ({ getReceivers: () => receivers });

test('the target is set on all receivers, of the connection that stands and of the next', t => {
  const buffer = bufferTarget();
  const first = [modern(), modern()];
  buffer.follow(peerOf(...first));
  t.deepEqual(first, [{ jitterBufferTarget: null }, { jitterBufferTarget: null }]);
  buffer.set(120);
  t.deepEqual(first, [{ jitterBufferTarget: 120 }, { jitterBufferTarget: 120 }]);
  buffer.follow(undefined);
  buffer.set(160);
  const next = modern();
  buffer.follow(peerOf(next));
  t.deepEqual(next, { jitterBufferTarget: 160 });
  t.deepEqual(first, [{ jitterBufferTarget: 120 }, { jitterBufferTarget: 120 }]);
});

test('a browser that has only the older hint is given that, in seconds; one that has neither, nothing', t => {
  const buffer = bufferTarget();
  const [older, other]: Receiver[] = [{ playoutDelayHint: null }, {}];
  buffer.follow(peerOf(older!, other!));
  buffer.set(250);
  t.deepEqual([older, other], [{ playoutDelayHint: 0.25 }, {}]);
});

test('is at most 2 s, and what is no time is not heard', t => {
  const buffer = bufferTarget();
  const receiver = { jitterBufferTarget: null as number | null };
  buffer.follow(peerOf(receiver));
  for (const [ms, expected] of [
    [Number.NaN, null],
    [1e9, 2000],
    [-1, 2000],
    [0, 0],
  ] as const) {
    buffer.set(ms);
    t.is(receiver.jitterBufferTarget, expected);
  }
});

test('a page gives its browser what the server says, and again after a reconnect', async t => {
  const { gateway, close } = await smallClassroom();
  const chromium = await launchChromium();
  t.teardown(close);
  t.teardown(() => chromium.close());
  await chromium.context.addInitScript(keepPeers);
  const publisher = await chromium.page(`${gateway.origin}/publish/math-101?autostart=1`);
  await publisher.getByText('Live', { exact: true }).waitFor();
  const viewer = await chromium.page(`${gateway.origin}/watch/math-101`);
  await viewer.getByText('Live', { exact: true }).waitFor();
  const holdsBack = (ms: number) => viewer.waitForFunction(areTargets, ms);

  const session = String(await viewer.evaluate('zrtc.session'));
  await gateway.tell(session, 'buffer', { targetMs: '120' });
  await holdsBack(120);
  t.is(await viewer.evaluate('zrtc.state'), 'live');
  await gateway.tell(session, 'buffer', { targetMs: '9000' });
  await holdsBack(2000);
  await gateway.tell(session, 'buffer', { targetMs: '200' });
  await holdsBack(200);

  await gateway.tell(session, 'reconnect', {});
  await viewer.waitForFunction(old => {
    const { zrtc } = globalThis as never as { zrtc: { session?: string; state: string } };
    return zrtc.state === 'live' && zrtc.session !== old;
  }, session);
  await holdsBack(200);
});

/** In the page: whether both receivers of its newest connection have that target. */
function areTargets(ms: number): boolean {
  const { peers } = globalThis as never as {
    peers: { getReceivers(): { jitterBufferTarget: number | null }[] }[];
  };
  const targets = peers
    .at(-1)!
    .getReceivers()
    .map(receiver => receiver.jitterBufferTarget);
  return targets.length === 2 && targets.every(target => target === ms);
}

function keepPeers(): void {
  const page = globalThis as never as {
    RTCPeerConnection: new (...args: unknown[]) => object;
    peers: object[];
  };
  page.peers = [];
  page.RTCPeerConnection = class extends page.RTCPeerConnection {
    constructor(...args: unknown[]) {
      super(...args);
      page.peers.push(this);
    }
  };
}
