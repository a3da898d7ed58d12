/** The one place where errors become answers. */
import type { Context, Middleware } from 'koa';
import { parseStreamId } from '../../actors/stream-id.ts';
import type { Log } from '../deps.ts';
import { PROBLEM_TYPE, type Problem, problem, problemDocument, problemOf } from './problem.ts';

/** Turns what the middleware below throws into problem documents; what nobody meant to throw is logged, as a 500. */
export function answerErrors(log: Log): Middleware {
  return async (ctx, next) => {
    try {
      await next();
    } catch (error) {
      const found = problemOf(error) ?? transportProblem(error) ?? unexpected(error, log, ctx.path);
      // An event stream that has begun has had its headers; there is no way left to say no but to hang up.
      if (ctx.res.headersSent) {
        ctx.res.destroy();
        return;
      }
      if (found.status === 401 || found.status === 403) logRefusal(ctx, found, log);
      ctx.set({ ...found.headers, 'Content-Type': PROBLEM_TYPE });
      // The path without its query, which may hold an access token.
      ctx.body = JSON.stringify(problemDocument(found, ctx.path));
      ctx.status = found.status;
    }
  };
}

/** Who may not is told so in the log too, by the route's pattern: a session's id or a token is not to be in a log. */
function logRefusal(ctx: Context, { status, detail, stream: named }: Problem, log: Log): void {
  const stream = named ?? parseStreamId(ctx.params?.stream ?? '');
  const { route } = ctx.state;
  log.info(
    { method: ctx.method, route, ...(stream && { stream }), status, reason: detail },
    'request refused',
  );
}

/** What a library below refused in HTTP's own terms, or a client that hung up while it was sending. */
function transportProblem(error: unknown): Problem | undefined {
  const { code, status, expose, message } = error as Partial<
    NodeJS.ErrnoException & { status: number; expose: boolean }
  >;
  if (code === 'ECONNRESET') return problem(400, 'The request ended before its body did.').problem;
  if (error instanceof URIError) return problem(400, 'The path is not well encoded.').problem;
  return expose === true && status !== undefined ? problem(status, `${message}`).problem : undefined;
}

function unexpected(error: unknown, log: Log, path: string): Problem {
  log.error({ path, error: error instanceof Error ? error.stack : String(error) }, 'request failed');
  return problem(500, 'Something went wrong in the gateway; its log says what.').problem;
}

/** The last middleware: nobody above knew the path. */
export const notFound: Middleware = ctx => {
  throw problem(404, `There is nothing at ${ctx.path}.`);
};
