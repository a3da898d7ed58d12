/** What a page of ours does not tell: the browser's own statistics of its peer connections. */
import type { BrowserContext, Page } from 'playwright-core';

/** One statistics object, as webrtc-stats defines them. */
export type StatsEntry = Readonly<Record<string, unknown>> & { readonly type: string };

/** To be called before the first page is opened: pages then keep their peer connections where `statsOf` finds them. */
export async function keepPeers(context: BrowserContext): Promise<void> {
  await context.addInitScript(() => {
    // biome-ignore lint/suspicious/noExplicitAny: runs in the browser, whose types this project does not load
    const page = globalThis as any;
    page.keptPeers = [];
    page.RTCPeerConnection = class extends page.RTCPeerConnection {
      constructor(...args: unknown[]) {
        super(...args);
        page.keptPeers.push(this);
      }
    };
  });
}

/** The statistics of the page's latest peer connection at this moment; empty while there is none. */
export function statsOf(page: Page): Promise<readonly StatsEntry[]> {
  return page.evaluate(async () => {
    const { keptPeers } = globalThis as never as {
      keptPeers: readonly { getStats(): Promise<ReadonlyMap<string, StatsEntry>> }[];
    };
    const report = await keptPeers.at(-1)?.getStats();
    return [...(report?.values() ?? [])];
  });
}

/** What the page's congestion control holds the network to carry, bit/s; undefined before it has an estimate. */
export async function availableOutgoingBps(page: Page): Promise<number | undefined> {
  const stats = await statsOf(page);
  const transport = stats.find(({ type }) => type === 'transport');
  const pair = stats.find(({ id }) => id === transport?.selectedCandidatePairId && id !== undefined);
  return pair?.availableOutgoingBitrate as number | undefined;
}
