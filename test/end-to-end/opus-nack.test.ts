import test, { type ExecutionContext } from 'ava';
import type { Page } from 'playwright-core';
import type { SessionReport } from '../../actors/protocol.ts';
import { launchChromium } from '../support/chromium.ts';
import { eventually, json, startTestNode } from '../support/node.ts';
import { keepPeers, type StatsEntry, statsOf } from './page-peers.ts';
import { figuresOf } from './playing-page.ts';
import { startNat } from './rebinding-nat.ts';

/** Of the packets with sound. */
const LOST_EVERY = 10;
/** So many that not the first few alone explain what becomes of them. */
const ENOUGH = 20;

const ways = [
  { name: 'our signalling', publish: '', watch: '', push: 'signaling/push', pull: 'signaling/pull' },
  { name: 'WHIP and WHEP', publish: '&via=whip', watch: '?via=whep', push: 'whip/*', pull: 'whep/*' },
] as const;

for (const { name, publish, watch, push, pull } of ways) {
  test.serial(`by ${name}, lost Opus packets are asked for and repeated, from either page`, async t => {
    const node = await startTestNode();
    t.teardown(() => node.stop());
    const chromium = await launchChromium();
    t.teardown(() => chromium.close());
    await keepPeers(chromium.context);
    const reportOf = async (page: Page) =>
      json<SessionReport>(`${node.url}/api/sessions/${(await figuresOf(page)).session}`);

    const uplink = await lossyWay(t, 'client');
    await chromium.context.route(`${node.url}/${push}`, uplink.lead);
    const publisher = await chromium.page(`${node.url}/publish/math-101?autostart=1${publish}`);
    await publisher.getByText('Live', { exact: true }).waitFor();
    const downlink = await lossyWay(t, 'node');
    await chromium.context.route(`${node.url}/${pull}`, downlink.lead);
    const viewer = await chromium.page(`${node.url}/watch/math-101${watch}`);

    await eventually('loss', 20_000, () => (uplink.lost() > ENOUGH && downlink.lost() > ENOUGH) || undefined);
    // The last ones need a moment to be repeated and reported.
    await publisher.waitForTimeout(1500);
    const [sent, received] = [await soundOf(publisher, 'outbound'), await soundOf(viewer, 'inbound')];
    const taken = (await reportOf(publisher)).tracks.find(({ kind }) => kind === 'audio')!;
    const { packetsRetransmitted = 0 } = (await reportOf(viewer)).counters;
    t.log(`up: ${uplink.lost()} lost, asked for ${sent.nackCount} times, ${taken.packetsLost} missing`);
    t.log(
      `down: ${downlink.lost()} lost, asked for ${received.nackCount} times, ${packetsRetransmitted} repeated, ${received.packetsLost} missing`,
    );
    t.true(Number(sent.nackCount) > 0);
    t.true(Number(sent.retransmittedPacketsSent) > ENOUGH / 2);
    t.true(taken.packetsLost < ENOUGH / 2);
    t.true(Number(received.nackCount) > 0);
    t.true(packetsRetransmitted > ENOUGH / 2);
    t.true(Number(received.packetsLost) < ENOUGH / 2);
  });
}

/** A way between a page and the node on which some of the sound that `from` sends is lost. */
async function lossyWay(t: ExecutionContext, from: 'client' | 'node') {
  let opus: number | undefined;
  let seen = 0;
  let lost = 0;
  const nat = await startNat('127.0.0.2', (by, bytes) => {
    const isRtp = bytes[0]! >> 6 === 2;
    if (by !== from || !isRtp || (bytes[1]! & 0x7f) !== opus) return false;
    seen += 1;
    if (seen % LOST_EVERY !== 0) return false;
    lost += 1;
    return true;
  });
  t.teardown(() => nat.close());
  return {
    lost: () => lost,
    /** Has the page take this way, once it reads the node's description. */
    async lead(route: Parameters<Parameters<Page['route']>[1]>[0]): Promise<void> {
      const response = await route.fetch();
      const text = await response.text();
      const described = text.startsWith('{') ? (JSON.parse(text) as { sdp: string }) : { sdp: text };
      opus = Number(/a=rtpmap:(\d+) opus/.exec(described.sdp)?.[1]);
      const sdp = nat.hides(described.sdp);
      await route.fulfill({
        response,
        body: text.startsWith('{') ? JSON.stringify({ ...described, sdp }) : sdp,
      });
    },
  };
}

async function soundOf(page: Page, direction: 'inbound' | 'outbound'): Promise<StatsEntry> {
  const stats = await statsOf(page);
  const found = stats.find(({ type, kind }) => type === `${direction}-rtp` && kind === 'audio');
  if (found === undefined) throw new Error(`no ${direction} sound`);
  return found;
}
