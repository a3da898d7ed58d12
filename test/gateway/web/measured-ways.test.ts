/** In a real browser: what the server names is measured by requests to other origins, and told of with the next request. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import test, { type ExecutionContext } from 'ava';
import { launchChromium } from '../../support/chromium.ts';
import { stubGateway } from './stub-gateway.ts';

const FAR_MS = 120;
/** The shortest pause before it measures, which the test does not wait for. */
const FIRST_PAUSE_MS = 5000;

/** A gateway of another site, so far away; one that lets pages of other origins read what it says, or not. */
async function site(t: ExecutionContext, wayMs: number, isReadable = true) {
  const methods: (string | undefined)[] = [];
  const server = createServer(({ method }, response) => {
    methods.push(method);
    const headers = isReadable ? { 'Access-Control-Allow-Origin': '*' } : {};
    setTimeout(() => response.writeHead(200, headers).end(), wayMs);
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  t.teardown(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/live`, methods };
}

test('the sites that answer are told of with the next request, the nearest first', async t => {
  const [far, near, unreadable] = [await site(t, FAR_MS), await site(t, 0), await site(t, 0, false)];
  const measure = [
    { site: 'far', url: far.url },
    { site: 'unreadable', url: unreadable.url },
    { site: 'gone', url: 'http://127.0.0.1:1/live' },
    { site: 'near', url: near.url },
  ];
  // No offer of any use, so that the page asks again.
  const offered = { type: 'offer', session: 'viewer-1', sdp: 'v=0', measure };
  const gateway = await stubGateway(({ path }) =>
    path === '/signaling/pull' ? { status: 200, body: offered } : { status: 204 },
  );
  t.teardown(() => gateway.close());
  const chromium = await launchChromium({ camera: 'none' });
  t.teardown(() => chromium.close());
  await chromium.context.addInitScript(pauseMs => {
    const { setTimeout: wait } = globalThis;
    Math.random = () => 0;
    globalThis.setTimeout = ((run: () => void, delayMs: number) =>
      wait(run, delayMs === pauseMs ? 0 : delayMs)) as typeof setTimeout;
  }, FIRST_PAUSE_MS);
  await chromium.page(`${gateway.origin}/watch/math-101`);
  const first = await gateway.next('POST', '/signaling/pull');
  t.false('measured' in JSON.parse(first.body));
  const told = await gateway.next('POST', '/signaling/pull', '"near"');
  const { measured } = JSON.parse(told.body) as { measured: { site: string; rttMs: number }[] };
  t.log(measured.map(one => `${one.site}: ${one.rttMs} ms`).join(', '));
  t.deepEqual(
    measured.map(one => one.site),
    ['near', 'far'],
  );
  const [nearMs, farMs] = measured.map(({ rttMs }) => rttMs);
  t.true(nearMs! > 0 && nearMs! < FAR_MS && farMs! >= FAR_MS);
  t.deepEqual(far.methods, ['HEAD', 'HEAD', 'HEAD']);
});
