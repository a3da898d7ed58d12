import test from 'ava';
import pino from 'pino';
import { loadConfig } from '../../actors/config/load.ts';
import { startNode } from '../../gateway/node.ts';
import { eventually, json } from '../support/node.ts';
import { firstPacket, open, peer, publishedH264, pull } from './datachannel-peer.ts';

const REASON = 'the server is stopping';

test('a node that stops says so: to clients over HTTP and DTLS, and in its log, one line a session', async t => {
  const lines: { level: number; msg: string; session?: string; reason?: string }[] = [];
  const log = pino({ level: 'debug' }, { write: (line: string) => void lines.push(JSON.parse(line)) });
  const flags = { 'http.port': '0', 'media.port': '0', 'media.addresses': '127.0.0.1' };
  const node = await startNode(loadConfig({ flags, env: {}, directory: import.meta.dirname }), { log });
  const publisher = await publishedH264(node.url, 'math-101');
  await eventually('live stream', 10_000, () =>
    json(`${node.url}/api/streams/math-101`).catch(() => undefined),
  );
  const viewer = peer('viewer');
  const media = firstPacket(viewer);
  const pulled = await pull(viewer, node.url, 'math-101');
  await open(viewer);
  await media;
  const viewerClosed = new Promise<void>(resolve => {
    viewer.onStateChange(state => {
      if (state === 'closed') resolve();
    });
  });
  const sessions = [publisher.session, pulled.session];
  const heard = await Promise.all(
    sessions.map(session => fetch(`${node.url}/api/sessions/${session}/events`)),
  );

  await node.stop();
  for (const response of heard) {
    t.regex(await response.text(), new RegExp(`event: ended\ndata: \\{"reason":"${REASON}"\\}\n\n$`));
  }
  // Far sooner than its consent to send would expire: close_notify has reached it.
  await viewerClosed;
  const ended = lines.filter(({ msg }) => msg === 'session ended');
  t.deepEqual(ended.map(({ session }) => session).sort(), [...sessions].sort());
  for (const { reason } of ended) t.is(reason, REASON);
  const warnings = lines.filter(({ level, msg }) => level >= 40 && !msg.includes('sysctl'));
  t.deepEqual(warnings, []);
  t.true(lines.filter(({ msg }) => msg.includes('sysctl')).length <= 1);
  publisher.close();
});
