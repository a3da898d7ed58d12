import test from 'ava';
import { main } from '../../../gateway/cli/main.ts';
import { fakeTerminal } from './fake-terminal.ts';

/** A gateway whose node `edge-1` has these sessions, one figure for each time it is asked. */
function gateway(...sessions: readonly number[]) {
  const asked: string[] = [];
  const left = [...sessions];
  const terminal = fakeTerminal({
    fetch: async (url, { method }) => {
      asked.push(`${method} ${url.pathname}`);
      if (method !== 'GET') return new Response(null, { status: 204 });
      const viewers = left.length > 1 ? left.shift()! : left[0]!;
      return Response.json({ nodes: [{ node: 'edge-1', idc: 'a', publishers: 0, viewers, shards: [] }] });
    },
  });
  return { terminal, asked };
}

async function ended(terminal: ReturnType<typeof fakeTerminal>, command: Promise<number>): Promise<number> {
  let code: number | undefined;
  command.then(value => {
    code = value;
  });
  for (let i = 0; i < 100 && code === undefined; i += 1) await terminal.pass(500);
  return code!;
}

test('zrtc drain waits until the last session is gone', async t => {
  const { terminal, asked } = gateway(12, 12, 3, 0);
  t.is(await ended(terminal, main(['drain', 'edge-1'], terminal)), 0);
  t.deepEqual(terminal.told, ['12 sessions left', '3 sessions left']);
  t.deepEqual(terminal.printed, ['edge-1 has no sessions any more']);
  t.is(asked[0], 'POST /api/nodes/edge-1/drain');
});

test('not for ever', async t => {
  const { terminal } = gateway(2);
  t.is(await ended(terminal, main(['drain', 'edge-1'], terminal)), 1);
  t.is(terminal.told.at(-1), 'zrtc: edge-1 still has 2 sessions');
});

test('zrtc undrain takes it in again', async t => {
  const { terminal, asked } = gateway(0);
  t.is(await main(['undrain', 'edge-1'], terminal), 0);
  t.deepEqual(asked, ['DELETE /api/nodes/edge-1/drain']);
  t.deepEqual(terminal.printed, ['edge-1 takes clients again']);
});

test('a node that is not there is told in one line', async t => {
  const detail = { detail: 'There is no node edge-2.' };
  const terminal = fakeTerminal({ fetch: async () => Response.json(detail, { status: 404 }) });
  t.is(await main(['drain', 'edge-2'], terminal), 1);
  t.deepEqual(terminal.told, [
    'zrtc: http://127.0.0.1:8080 answered with status 404: There is no node edge-2.',
  ]);
});

for (const args of [['drain'], ['undrain'], ['drain', 'a', 'b']]) {
  test(`zrtc ${args.join(' ')}: one line, exit code 2`, async t => {
    const terminal = fakeTerminal();
    t.is(await main(args, terminal), 2);
    t.is(terminal.told.length, 1);
  });
}
