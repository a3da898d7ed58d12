/**
 * That picture and sound belong together at the viewer's page, before and after the publisher's page is reloaded.
 *
 * Measured is what the page really shows and plays (flash-and-beep.ts says how exactly), and besides what the browser
 * itself reckons: by our sender reports it knows when either was captured (`estimatedPlayoutTimestamp`). Chromium moves
 * the two together by that over some seconds; but on a loopback they arrive so close to each other that they would be
 * within 50 ms even if the reports were wrong. So both are asked for: the offset is small, and the browser reckons it
 * right. Each is a median of five. Sender reports of video that are 120 ms wrong make the test fail.
 */
import test, { type ExecutionContext } from 'ava';
import type { Page } from 'playwright-core';
import { launchChromium } from '../support/chromium.ts';
import { startTestNode } from '../support/node.ts';
import { flashInPlaceOfCamera, noteFlashesAndBeeps, offsetsMs, soundWithoutClick } from './flash-and-beep.ts';
import { keepPeers, statsOf } from './page-peers.ts';
import { figuresOf, keepsPlaying } from './playing-page.ts';

const LIMIT_MS = 50;
const FLASHES = 5;
/** So much that a busy machine's short stalls do not make one buffer longer than the other. */
const BUFFER_MS = 200;
/** Seconds where there is time; where there is none the buffer of sound grows, and that of the picture follows in 20 s. */
const SETTLING_MS = 45_000;
/** Twice that, and what is between. */
const TEST_LIMIT_MS = 120_000;
/** By then a browser's sender reports of sound, the rarest, have come twice (libwebrtc: every 5 s). */
const AFTER_RELOAD_MS = 6000;

test('a flash and its beep are within 50 ms of each other, also after the publisher’s page was reloaded', async t => {
  t.timeout(TEST_LIMIT_MS);
  const node = await startTestNode();
  t.teardown(() => node.stop());
  const teacher = await launchChromium({ args: soundWithoutClick });
  t.teardown(() => teacher.close());
  const student = await launchChromium({ args: soundWithoutClick });
  t.teardown(() => student.close());
  await flashInPlaceOfCamera(teacher.context);
  await keepPeers(student.context);

  const publisher = await teacher.page(`${node.url}/publish/math-101?autostart=1`);
  await publisher.getByText('Live', { exact: true }).waitFor();
  const viewer = await student.page(`${node.url}/watch/math-101`);
  await viewer.getByText('Live', { exact: true }).waitFor();
  await bufferFor(viewer, BUFFER_MS);
  await noteFlashesAndBeeps(viewer);
  await inStep(t, viewer, 'at first');

  const { session } = await figuresOf(viewer);
  await publisher.reload();
  await publisher.getByText('Live', { exact: true }).waitFor();
  await keepsPlaying(viewer, 5, 1);
  await viewer.waitForTimeout(AFTER_RELOAD_MS);
  await inStep(t, viewer, 'after the reload');
  t.is((await figuresOf(viewer)).session, session);
});

/** Waits for both to be so, counting from now, and says how. */
async function inStep(t: ExecutionContext, viewer: Page, when: string): Promise<void> {
  const startMs = performance.now();
  const before = (await offsetsMs(viewer)).length;
  const believed: number[] = [];
  let said = 'nothing to be seen and heard';
  while (performance.now() < startMs + SETTLING_MS) {
    await viewer.waitForTimeout(500);
    const offset = await believedOffsetMs(viewer);
    if (offset !== undefined) believed.push(offset);
    const measured = (await offsetsMs(viewer)).slice(before);
    if (measured.length < FLASHES || believed.length < FLASHES) continue;
    const offsetMs = median(measured.slice(-FLASHES));
    const believedMs = median(believed.slice(-FLASHES));
    const seconds = Math.round((performance.now() - startMs) / 1000);
    said = `${when}: sound ${Math.round(offsetMs)} ms after the picture, ${Math.round(believedMs)} in the browser’s opinion (within ${seconds} s)`;
    if (Math.abs(offsetMs) > LIMIT_MS || Math.abs(offsetMs - believedMs) > LIMIT_MS) continue;
    t.log(said);
    t.pass();
    return;
  }
  t.fail(said);
}

/** Buffers sound and picture alike. */
async function bufferFor(viewer: Page, ms: number): Promise<void> {
  await viewer.evaluate(targetMs => {
    const { keptPeers } = globalThis as never as {
      keptPeers: readonly { getReceivers(): readonly { jitterBufferTarget: number }[] }[];
    };
    for (const receiver of keptPeers.at(-1)!.getReceivers()) receiver.jitterBufferTarget = targetMs;
  }, ms);
}

/** How much later sound is played than the picture that was captured with it, as the browser reckons; ms. */
async function believedOffsetMs(viewer: Page): Promise<number | undefined> {
  const stats = await statsOf(viewer);
  const playoutOf = (kind: string) =>
    stats.find(one => one.type === 'inbound-rtp' && one.kind === kind)?.estimatedPlayoutTimestamp;
  const [audio, video] = [playoutOf('audio'), playoutOf('video')];
  return typeof audio === 'number' && typeof video === 'number' ? video - audio : undefined;
}

function median(values: readonly number[]): number {
  return values.toSorted((one, other) => one - other)[values.length >> 1]!;
}
