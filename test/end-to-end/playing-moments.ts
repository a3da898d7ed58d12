/** When exactly a page of ours shows pictures and receives sound: for how long it stands still, and until when. */
import type { Page } from 'playwright-core';

/** More often costs the browser more than it tells. */
const SOUND_EVERY_MS = 50;

export interface Stop {
  /** The longest time between two pictures, or between two looks that found new sound (50 ms apart at least). */
  readonly lengthMs: number;
  /** When it was over, by Date.now(). */
  readonly endAtMs: number;
}

/** Begins to note the moments; the page's peer connections must have been kept (page-peers.ts). */
export async function noteMoments(page: Page): Promise<void> {
  await page.evaluate(soundEveryMs => {
    // biome-ignore lint/suspicious/noExplicitAny: runs in the browser, whose types this project does not load
    const { document, keptPeers, performance, setInterval } = globalThis as any;
    const moments = { picture: [] as number[], sound: [] as number[] };
    (globalThis as never as { moments: typeof moments }).moments = moments;
    const video = document.querySelector('video');
    const look = (_nowMs: number, { presentationTime }: { presentationTime: number }) => {
      video.requestVideoFrameCallback(look);
      moments.picture.push(performance.timeOrigin + presentationTime);
    };
    video.requestVideoFrameCallback(look);
    let received = 0;
    setInterval(async () => {
      const stats = await keptPeers.at(-1).getStats();
      for (const { type, kind, packetsReceived } of stats.values()) {
        if (type !== 'inbound-rtp' || kind !== 'audio' || packetsReceived === received) continue;
        received = packetsReceived;
        moments.sound.push(performance.timeOrigin + performance.now());
      }
    }, soundEveryMs);
  }, SOUND_EVERY_MS);
}

/** The longest stop that was over after `fromMs` and had begun before `untilMs`, by Date.now(). */
export async function longestStop(
  page: Page,
  of: 'picture' | 'sound',
  fromMs: number,
  untilMs: number,
): Promise<Stop> {
  const moments = await page.evaluate(
    what => (globalThis as never as { moments: Record<string, number[]> }).moments[what]!,
    of,
  );
  const stops = moments.map((endAtMs, i) => ({ endAtMs, lengthMs: endAtMs - (moments[i - 1] ?? endAtMs) }));
  const [longest] = stops
    .filter(({ endAtMs, lengthMs }) => endAtMs > fromMs && endAtMs - lengthMs < untilMs)
    .sort((one, other) => other.lengthMs - one.lengthMs);
  if (longest === undefined) throw new Error(`no ${of} has come since`);
  return longest;
}
