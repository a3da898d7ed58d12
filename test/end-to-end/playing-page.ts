/** What the end-to-end tests read of a page of ours. */
import type { Page } from 'playwright-core';

export interface PageFigures {
  readonly state: string;
  readonly session: string | undefined;
  readonly framesDecoded: number;
  readonly audioSamples: number;
}

export function figuresOf(page: Page): Promise<PageFigures> {
  return page.evaluate(() => {
    const { state, session, framesDecoded, audioSamples } = (globalThis as never as { zrtc: PageFigures })
      .zrtc;
    return { state, session, framesDecoded, audioSamples };
  });
}

/** Waits until the page has decoded this many more frames and samples of sound than it has now. */
export async function keepsPlaying(page: Page, frames = 30, samples = 24_000): Promise<void> {
  const before = await figuresOf(page);
  await page.waitForFunction(
    ([frameCount, sampleCount]) => {
      const { framesDecoded, audioSamples } = (globalThis as never as { zrtc: PageFigures }).zrtc;
      return framesDecoded >= frameCount! && audioSamples >= sampleCount!;
    },
    [before.framesDecoded + frames, before.audioSamples + samples],
  );
}

/** A digest of what the video element shows at this moment. */
export function pictureOf(page: Page): Promise<string> {
  return page.evaluate(() => {
    // biome-ignore lint/suspicious/noExplicitAny: runs in the browser, whose types this project does not load
    const { document, OffscreenCanvas } = globalThis as any;
    const video = document.querySelector('video');
    const canvas = new OffscreenCanvas(64, 36);
    const context = canvas.getContext('2d');
    context.drawImage(video, 0, 0, 64, 36);
    const { data } = context.getImageData(0, 0, 64, 36) as { data: Uint8ClampedArray };
    return data.reduce((sum, value, i) => (sum * 31 + value * (i + 1)) % 2_147_483_647, 7).toString();
  });
}

/** Whether the picture is another one within a second: the fake camera's clock and ball move all the time. */
export async function pictureMoves(page: Page): Promise<boolean> {
  const first = await pictureOf(page);
  for (let i = 0; i < 10; i += 1) {
    await page.waitForTimeout(100);
    if ((await pictureOf(page)) !== first) return true;
  }
  return false;
}
