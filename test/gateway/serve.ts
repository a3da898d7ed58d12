/** A gateway on loopback over fake actors, gone with the test. */
import type { ExecutionContext } from 'ava';
import { createApp } from '../../gateway/app.ts';
import { type Claims, mintToken } from '../../gateway/auth/token.ts';
import type { GatewayConfig, GatewayDeps, NodeEvent } from '../../gateway/deps.ts';
import { listen } from '../../gateway/http/listen.socket.ts';
import { OpenedSessions } from '../../gateway/opened-sessions.ts';
import { StreamHolders } from '../../gateway/stream-holders.ts';
import { type FakeActors, fakeActors } from './fake-actors.ts';
import { START_WALL_MS, type VirtualClock, virtualClock } from './virtual-clock.ts';

export const SECRET = 'a secret that is long enough for HS256';
export const SDP = { 'Content-Type': 'application/sdp' };
export const FRAGMENT = { 'Content-Type': 'application/trickle-ice-sdpfrag' };
export const JSON_TYPE = { 'Content-Type': 'application/json' };

export interface Gateway {
  readonly url: string;
  readonly actors: FakeActors;
  readonly clock: VirtualClock;
  /** The log's lines, each with its fields. */
  readonly logged: { readonly level: string; readonly text: string; readonly fields: object }[];
  /** Something happens on the node. */
  happen(event: NodeEvent): void;
  readonly listenerCount: () => number;
  fetch(
    method: string,
    path: string,
    headers?: Record<string, string>,
    body?: string | Uint8Array<ArrayBuffer>,
  ): Promise<Response>;
  postJson(path: string, body: unknown, headers?: Record<string, string>): Promise<Response>;
  close(): Promise<void>;
}

export async function serve(
  t: ExecutionContext,
  actors: FakeActors = fakeActors(),
  config: Partial<GatewayConfig> = {},
  more: Partial<GatewayDeps> = {},
): Promise<Gateway> {
  const clock = virtualClock();
  const logged: { level: string; text: string; fields: object }[] = [];
  const lines = (level: string) => (fields: object, text: string) =>
    void logged.push({ level, text, fields });
  const listeners = new Set<(event: NodeEvent) => void>();
  const app = createApp({
    actors,
    opened: new OpenedSessions(),
    holders: new StreamHolders(actors, clock, 'node-1', 'north'),
    node: 'node-1',
    idc: 'north',
    roles: ['push', 'pull', 'gateway'],
    shards: 2,
    version: '0.0.0-test',
    startedAtMs: START_WALL_MS,
    config: { secrets: [], corsOrigins: '*', ...config },
    locate: () => undefined,
    clock,
    log: { debug: lines('debug'), info: lines('info'), warn: lines('warn'), error: lines('error') },
    events: {
      subscribe(listener) {
        listeners.add(listener);
        return () => void listeners.delete(listener);
      },
    },
    pages: (_ctx, next) => next(),
    ...more,
  });
  const { url, close } = await listen(app, {
    host: '127.0.0.1',
    port: 0,
    hasSecret: false,
    clock,
  });
  t.teardown(close);
  const send: Gateway['fetch'] = (method, path, headers = {}, body) =>
    fetch(url + path, { method, headers, ...(body !== undefined && { body }) });
  return {
    url,
    actors,
    clock,
    logged,
    happen: event => {
      for (const listener of listeners) listener(event);
    },
    listenerCount: () => listeners.size,
    fetch: send,
    postJson: (path, body, headers) => send('POST', path, { ...JSON_TYPE, ...headers }, JSON.stringify(body)),
    close,
  };
}

/** An Authorization header for a token that is good for an hour. */
export async function bearer(claims: Omit<Claims, 'exp'>): Promise<{ Authorization: string }> {
  const exp = START_WALL_MS / 1000 + 3600;
  return { Authorization: `Bearer ${await mintToken(SECRET, { ...claims, exp })}` };
}

/** Reads Server-Sent Events until `count` have come, or the stream ends. Comments and `retry` are left out. */
export async function readEvents(
  response: Response,
  count: number,
): Promise<{ event: string; data: unknown }[]> {
  const events: { event: string; data: unknown }[] = [];
  let text = '';
  for await (const chunk of response.body!.pipeThrough(new TextDecoderStream())) {
    text += chunk;
    const blocks = text.split('\n\n');
    text = blocks.pop()!;
    for (const block of blocks) {
      const [, event, data] = /^event: (.*)\ndata: (.*)$/.exec(block) ?? [];
      if (event !== undefined) events.push({ event, data: JSON.parse(data!) });
    }
    if (events.length >= count) break;
  }
  return events;
}
