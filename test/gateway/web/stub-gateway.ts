/** The pages on a loopback port, with a gateway behind them that says what the test wants it to say. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import Koa from 'koa';
import { pages } from '../../../gateway/web/pages.ts';

export interface Heard {
  readonly method: string;
  readonly path: string;
  readonly query: string;
  readonly authorization: string;
  readonly body: string;
}

export interface Said {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** An object goes out as JSON. */
  readonly body?: string | object;
}

export interface StubGateway {
  readonly origin: string;
  /** All requests past the pages themselves, in order. */
  readonly heard: readonly Heard[];
  /** The sessions whose events somebody listens to at this moment. */
  listening(): readonly string[];
  /** The next request to `path` with `words` in its body: the first that was not taken yet, or is still to come. */
  next(method: string, path: string, words?: string): Promise<Heard>;
  /** Sends an event to all who listen to `session`; waits for the first of them. */
  tell(session: string, event: string, data: object): Promise<void>;
  close(): Promise<void>;
}

/** Answers with `say`; what it leaves undefined is 404 without Retry-After. Session events are always open. */
export async function stubGateway(
  say: (heard: Heard) => Said | undefined | Promise<Said | undefined>,
): Promise<StubGateway> {
  const heard: Heard[] = [];
  const taken = new Set<Heard>();
  const listeners = new Map<string, (text: string) => void>();
  const wakers: (() => void)[] = [];
  const wake = () => {
    for (const waker of wakers.splice(0)) waker();
  };
  const changed = () => new Promise<void>(resolve => wakers.push(resolve));

  const app = new Koa();
  app.silent = true;
  app.use(pages());
  app.use(async ctx => {
    const request: Heard = {
      method: ctx.method,
      path: ctx.path,
      query: ctx.querystring,
      authorization: ctx.get('authorization'),
      body: await text(ctx.req),
    };
    heard.push(request);
    const events = /^\/api\/sessions\/([^/]+)\/events$/.exec(ctx.path);
    if (events?.[1] !== undefined) {
      ctx.respond = false;
      ctx.res.writeHead(200, { 'Content-Type': 'text/event-stream' });
      ctx.res.flushHeaders();
      const [, session] = events;
      const listener = (line: string) => void ctx.res.write(line);
      listeners.set(session, listener);
      ctx.res.on('close', () => {
        if (listeners.get(session) === listener) listeners.delete(session);
      });
      return wake();
    }
    wake();
    const said = (await say(request)) ?? { status: 404 };
    ctx.status = said.status;
    ctx.body = said.body ?? null;
    ctx.status = said.status;
    ctx.set(said.headers ?? {});
  });

  const server = createServer(app.callback());
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    heard,
    listening: () => [...listeners.keys()],
    async next(method, path, words = '') {
      const isMeant = (one: Heard) => one.method === method && one.path === path && one.body.includes(words);
      for (;;) {
        const found = heard.find(one => isMeant(one) && !taken.has(one));
        if (found !== undefined) {
          taken.add(found);
          return found;
        }
        await changed();
      }
    },
    async tell(session, event, data) {
      while (!listeners.has(session)) await changed();
      listeners.get(session)?.(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
    },
    close() {
      server.closeAllConnections();
      return new Promise<void>(resolve => server.close(() => resolve()));
    },
  };
}

/** A refusal as the gateway writes it (RFC 9457). */
export function problem(status: number, title: string, detail: string, retryAfterSeconds?: number): Said {
  return {
    status,
    headers: {
      'Content-Type': 'application/problem+json',
      ...(retryAfterSeconds === undefined ? {} : { 'Retry-After': String(retryAfterSeconds) }),
    },
    body: JSON.stringify({ type: 'about:blank', title, detail, status }),
  };
}

async function text(readable: AsyncIterable<Buffer>): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of readable) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}
