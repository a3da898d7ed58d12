/** Which node is asked by commands such as `zrtc status`, and as whom. */
import type { Config } from '../../actors/config/schema.ts';
import type { Permission } from '../auth/caller.ts';
import { mintToken } from '../auth/token.ts';
import { type FlagValues, UsageError } from './arguments.ts';
import { configOf } from './config-flags.ts';
import { nodeUrl } from './node-url.ts';
import type { Terminal } from './terminal.ts';

/** Long enough for one command, and for clocks that differ. */
const TOKEN_SECONDS = 60;

export interface StatusTarget {
  /** With a slash at the end. */
  readonly url: URL;
  readonly token?: string;
  /** What the token has to permit. */
  readonly can: Permission;
  readonly tokenIs: 'given' | 'made' | 'missing';
}

/** Throws UsageError, and ConfigError unless the flags say it all. */
export async function statusTarget(
  flags: FlagValues,
  terminal: Terminal,
  can: Permission = 'observe',
): Promise<StatusTarget> {
  const { token } = flags;
  const given = flags.url === undefined ? undefined : parsed(flags.url);
  if (given !== undefined && token !== undefined) return { url: given, token, can, tokenIs: 'given' };
  const config = configOf(flags, terminal);
  const url = given ?? configured(config);
  if (token !== undefined) return { url, token, can, tokenIs: 'given' };
  const { secret } = config.auth;
  if (secret === undefined) return { url, can, tokenIs: 'missing' };
  const exp = Math.floor(terminal.clock.wallMs() / 1000) + TOKEN_SECONDS;
  return { url, token: await mintToken(secret, { stream: '*', can: [can], exp }), can, tokenIs: 'made' };
}

function parsed(text: string): URL {
  const url = URL.parse(text.endsWith('/') ? text : `${text}/`);
  if (url === null || !/^https?:$/.test(url.protocol)) {
    throw new UsageError(`--url must be a URL such as http://127.0.0.1:8080, not '${text}'`);
  }
  return url;
}

function configured(config: Config): URL {
  const url = nodeUrl(config);
  if (url !== undefined) return url;
  throw new UsageError(
    'http.port is 0, so the node has taken a port that was free; say where it is with --url',
  );
}
