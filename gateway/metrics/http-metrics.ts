/** The gateway's own metrics: requests by route and status, and how long they took. */
import type { Middleware } from 'koa';
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { GatewayDeps } from '../deps.ts';
import type { EventStreams } from '../http/event-streams.ts';

/** From a call answered out of memory to one that waits for another site. */
const BUCKETS_SECONDS = [0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10];

export interface HttpMetrics {
  readonly registry: Registry;
  /** Counts what passes; outermost but for nothing, so that errors have become answers inside of it. */
  readonly middleware: Middleware;
}

export function httpMetrics({ clock, config }: GatewayDeps, streams: EventStreams): HttpMetrics {
  const registry = new Registry();
  const registers = [registry];
  if (config.processMetrics === true) collectDefaultMetrics({ register: registry });
  const requests = new Counter({
    name: 'zrtc_http_requests_total',
    help: 'Requests answered',
    labelNames: ['route', 'status'],
    registers,
  });
  const durations = new Histogram({
    name: 'zrtc_http_request_duration_seconds',
    help: 'From the request line to the answer, or to the beginning of an event stream',
    labelNames: ['route', 'status'],
    buckets: BUCKETS_SECONDS,
    registers,
  });
  new Gauge({
    name: 'zrtc_http_event_streams',
    help: 'Server-Sent Events streams open now',
    registers,
    collect() {
      this.set(streams.count);
    },
  });
  return {
    registry,
    middleware: async (ctx, next) => {
      const startedMs = clock.nowMs();
      await next();
      // The route's pattern, never the path: names of streams would make a series each.
      const labels = { route: ctx.state.route ?? 'pages', status: String(ctx.status) };
      requests.inc(labels);
      durations.observe(labels, (clock.nowMs() - startedMs) / 1000);
    },
  };
}
