import { BroadcastChannel } from 'node:worker_threads';
import test from 'ava';
import { CHECK_INTERVAL_MS, HANG_MS } from '../../../actors/node/hang-watch.ts';
import type { Opened } from '../../../actors/protocol.ts';
import { addressOf } from '../../../actors/runtime/address.ts';
import { parseSessionId, sessionAddress } from '../../../actors/sessions/session-id.ts';
import { BEAT_INTERVAL_MS } from '../../../actors/shard/heartbeat.ts';
import { publisherOffer } from '../../../simulations/client-sdp.ts';
import { eventually } from '../../support/node.ts';
import { startShards } from './real-shards.ts';

const ice = { ufrag: 'abcd', pwd: 'apasswordof22letters00' };

test('a shard whose loop hangs is ended and started again, and its sibling goes on', async t => {
  const shards = await startShards(t, 2, new URL('./hanging-worker.ts', import.meta.url));
  const [before, sibling] = await Promise.all([shards.report(0), shards.report(1)]);
  const gone: string[] = [];
  for (const uid of ['0', '1']) {
    const offer = publisherOffer(ice, { audio: 1, video: 2, videoRtx: 3 });
    const publish = { type: 'publish', stream: `math-${uid}`, uid, offer };
    const { session } = await shards.system.ask<Opened>(addressOf('node-1', '/push-edge'), publish, 5000);
    t.true(session.startsWith(`push-${uid}-`), 'one on each shard');
    shards.system.watch(sessionAddress('node-1', parseSessionId(session)!), reason => {
      gone.push(`${uid}: ${reason}`);
    });
  }
  const hang = new BroadcastChannel('hang');
  hang.postMessage(0);
  const hungAtMs = performance.now();
  const isNoticed = () => shards.logged.find(({ message }) => message?.includes('started again'));
  const noticed = await eventually('notice of the hang', 15_000, isNoticed);
  const noticedAtMs = performance.now();
  t.regex(noticed.reason!, /event loop has stood still for 3\.\d s/);
  const after = await eventually('new shard', 15_000, async () => {
    const report = await shards.report(0);
    return report?.port === before!.port ? undefined : report;
  });
  const backAtMs = performance.now();
  hang.close();

  t.log(
    `noticed ${Math.round(noticedAtMs - hungAtMs)} ms after it hung, up ${Math.round(backAtMs - noticedAtMs)} ms later`,
  );
  t.is(after.shard, 0);
  // The machine may be busy: what it takes is printed, and bounded only from below and by far.
  t.true(noticedAtMs - hungAtMs >= HANG_MS - BEAT_INTERVAL_MS - CHECK_INTERVAL_MS);
  // Whoever watches a session of the shard hears of its end: the event stream to its client does.
  t.deepEqual(gone, ['0: no connection']);
  t.is((await shards.report(1))?.port, sibling!.port, 'the same thread as before');
  t.is(shards.logged.filter(({ message }) => message?.includes('started again')).length, 1);
});
