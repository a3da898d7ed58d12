import test from 'ava';
import { verifyToken } from '../../../gateway/auth/token.ts';
import { main } from '../../../gateway/cli/main.ts';
import { fakeTerminal, START_WALL_MS } from './fake-terminal.ts';

const SECRET = 'a secret of thirty-two bytes, at least';

async function tokenFrom(args: string, env: Record<string, string> = {}): Promise<string> {
  const terminal = fakeTerminal({ env });
  const code = await main(['token', ...args.split(' ')], terminal);
  if (code !== 0) throw new Error(terminal.told.join('\n'));
  return terminal.printed.join('\n');
}

test('the token says what was asked for, to whoever has the same secret', async t => {
  const token = await tokenFrom('--stream math-101 --can publish,view --uid 7', { ZRTC_AUTH_SECRET: SECRET });
  const caller = { streams: 'math-101', can: ['publish', 'view'] as const, uid: '7' };
  t.deepEqual(await verifyToken(token, [SECRET], START_WALL_MS), { caller });
  t.true('invalid' in (await verifyToken(token, [`${SECRET}!`], START_WALL_MS)));
});

test('it ends after the time that was asked for, and after two hours otherwise', async t => {
  const hourMs = 3_600_000;
  const env = { ZRTC_AUTH_SECRET: SECRET };
  for (const [args, lifeMs] of [
    ['', 2 * hourMs],
    [' --ttl 90s', 90_000],
    [' --ttl 7d', 168 * hourMs],
  ] as const) {
    const token = await tokenFrom(`--stream math-* --can view${args}`, env);
    const at = (wallMs: number) => verifyToken(token, [SECRET], wallMs);
    t.true('caller' in (await at(START_WALL_MS + lifeMs - 1_000)));
    // Some tolerance for clocks that differ belongs to the check.
    t.true('invalid' in (await at(START_WALL_MS + lifeMs + 60_000)));
  }
});

test('a secret on the command line is stronger than the configured one', async t => {
  const other = SECRET.toUpperCase();
  const terminal = fakeTerminal({ env: { ZRTC_AUTH_SECRET: SECRET } });
  t.is(await main(['token', '--stream', '*', '--can', 'admin', '--secret', other], terminal), 0);
  t.true('caller' in (await verifyToken(terminal.printed[0]!, [other], START_WALL_MS)));
});

test('without a secret there is nothing to sign with', async t => {
  const terminal = fakeTerminal();
  t.is(await main(['token', '--stream', 'a', '--can', 'view'], terminal), 1);
  t.regex(terminal.told[0]!, /^zrtc: no secret to sign with: set auth\.secret/);
  t.deepEqual(terminal.printed, []);
});

test('a stream that can be none is refused', async t => {
  const terminal = fakeTerminal({ env: { ZRTC_AUTH_SECRET: SECRET } });
  t.is(await main(['token', '--stream', '../etc', '--can', 'view'], terminal), 2);
  t.regex(terminal.told[0]!, /^zrtc: stream: /);
});
