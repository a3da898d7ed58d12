/** The one file that builds the Koa app: every resource of the gateway, and before them what all requests go through. */
import Router from '@koa/router';
import Koa from 'koa';
import { apiResources } from './api/resources.ts';
import type { GatewayDeps } from './deps.ts';
import { answerErrors, notFound } from './http/answer-errors.ts';
import { crossOrigin } from './http/cors.ts';
import { EventStreams } from './http/event-streams.ts';
import { RateLimit } from './http/rate-limit.ts';
import { addResource } from './http/resource.ts';
import { httpMetrics } from './metrics/http-metrics.ts';
import { metricsResource } from './metrics/resource.ts';
import { signallingResources } from './signalling/resources.ts';
import { whepResources } from './whep/resources.ts';
import { whipResources } from './whip/resources.ts';

export function createApp(deps: GatewayDeps): Koa {
  const app = new Koa();
  app.proxy = deps.config.trustProxy === true;
  // Of X-Forwarded-For only the entry that our own proxy added can be believed: the last.
  app.maxIpsCount = 1;
  // Only what goes wrong once an answer has begun comes here: nearly always the client, that hung up.
  app.on('error', (error: Error) => deps.log.warn({ error: error.message }, 'answer broken off'));

  const streams = new EventStreams();
  const limit = new RateLimit(deps.config.requestsPerMinute);
  const metrics = httpMetrics(deps, streams);
  const router = new Router();
  const resources = [
    ...signallingResources(deps),
    ...whipResources(deps),
    ...whepResources(deps, streams),
    ...apiResources(deps, streams),
    metricsResource(deps, metrics.registry),
  ];
  for (const resource of resources) addResource(router, deps, limit, resource);

  app.use(metrics.middleware);
  app.use(answerErrors(deps.log));
  app.use(crossOrigin(deps.config));
  app.use(router.routes());
  app.use(deps.pages);
  app.use(notFound);
  return app;
}
