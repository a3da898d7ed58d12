/**
 * `fetch` for commands that ask a node. One on this machine may show a certificate that it has made itself: on loopback
 * there is nobody in between whom a certificate would keep out.
 */
import { request } from 'node:https';
import { isLoopback } from '../../actors/config/schema.ts';
import type { Terminal } from './terminal.ts';

/** Many times what a node with thousands of streams answers; past it there is something else. */
const ANSWER_MAX_BYTES = 64 * 1024 * 1024;

export const fetchFromNode: Terminal['fetch'] = (url, init) => {
  const hostname = url.hostname.replace(/^\[(.*)\]$/, '$1');
  return url.protocol === 'https:' && isLoopback(hostname) ? fetchTrusting(url, init) : fetch(url, init);
};

function fetchTrusting(
  ...[url, { method = 'GET', headers, signal }]: Parameters<Terminal['fetch']>
): Promise<Response> {
  return new Promise((resolve, reject) => {
    const sent = request(
      url,
      { method, headers, signal, agent: false, rejectUnauthorized: false },
      incoming => {
        const chunks: Buffer[] = [];
        let byteCount = 0;
        incoming.on('data', (chunk: Buffer) => {
          byteCount += chunk.length;
          chunks.push(chunk);
          if (byteCount > ANSWER_MAX_BYTES) sent.destroy(new Error('its answer has no end'));
        });
        incoming.on('error', reject);
        incoming.on('end', () => {
          const body = byteCount === 0 ? null : Buffer.concat(chunks);
          resolve(new Response(body, { status: incoming.statusCode! }));
        });
      },
    );
    sent.on('error', reject);
    sent.end();
  });
}
