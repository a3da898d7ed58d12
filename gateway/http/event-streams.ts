/** Server-Sent Events (the HTML standard, section 9.2): streams of answers that last, so there is a limit to them. */
import type { Context } from 'koa';
import type { Clock, Timer } from '../../transports/clock.ts';
import { problem, retryAfter } from './problem.ts';

/** Every viewer on a node's shards may listen for `reconnect`; at some 30 kB a connection this is 300 MB. */
export const MAX_EVENT_STREAMS = 10_000;

/** Shorter than the minute after which common proxies give up on a silent connection. */
export const HEARTBEAT_MS = 15_000;

/** What may wait for a client that does not read; past it the stream is cut, and the client comes again. */
const MAX_BACKLOG_BYTES = 64 * 1024;

/** How long a browser waits before it comes again. */
const RECONNECT_MS = 3_000;

const FULL_RETRY_SECONDS = 10;

export interface EventStream {
  /** `data` is sent as one line of JSON. */
  send(event: string, data: unknown): void;
  /** Ends the answer; nothing is sent after. */
  close(): void;
}

export class EventStreams {
  readonly #limit: number;
  #count = 0;

  constructor(limit: number = MAX_EVENT_STREAMS) {
    this.#limit = limit;
  }

  /** How many are open now. */
  get count(): number {
    return this.#count;
  }

  /**
   * Begins the answer; `onClose` is called once, however it ends: by `close`, by the client, by the server's own end.
   * Throws problem 503 when there are too many.
   */
  open(ctx: Context, clock: Clock, onClose: () => void): EventStream {
    const { res } = ctx;
    if (this.#count >= this.#limit) {
      throw problem(503, 'Too many event streams are open.', { headers: retryAfter(FULL_RETRY_SECONDS) });
    }
    this.#count += 1;
    let beat: Timer | undefined;
    let over = false;
    const end = () => {
      if (over) return;
      over = true;
      this.#count -= 1;
      beat?.cancel();
      onClose();
    };
    const write = (chunk: string) => {
      if (over || res.writableEnded) return;
      res.write(chunk);
      if (res.writableLength > MAX_BACKLOG_BYTES) res.destroy();
    };
    const keepAlive = () => {
      write(':\n\n');
      if (!over) beat = clock.setTimer(HEARTBEAT_MS, keepAlive);
    };

    // Koa keeps its hands off from here on: the answer has no end that it could know of.
    ctx.respond = false;
    res.writeHead(200, { 'Content-Type': 'text/event-stream', 'X-Accel-Buffering': 'no' });
    res.on('close', end);
    // Whoever asks for the head alone has it now.
    if (ctx.method === 'HEAD') res.end();
    write(`retry: ${RECONNECT_MS}\n\n`);
    beat = clock.setTimer(HEARTBEAT_MS, keepAlive);
    // The client may have left while the actors were asked.
    if (res.closed || ctx.req.socket.destroyed) queueMicrotask(end);
    return {
      send: (event, data) => write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`),
      close: () => {
        res.end();
        end();
      },
    };
  }
}
