import test from 'ava';
import { NetworkTable, parseNetworkEntry } from '../../../actors/geo/network-table.ts';
import { locator } from '../../../gateway/geo/locate.ts';
import { fakeActors } from '../fake-actors.ts';
import { serve } from '../serve.ts';

const table = new NetworkTable([parseNetworkEntry('10.0.0.0/8 cn-bj')!]);
const locate = locator(table, { find: ip => (ip.startsWith('10.') ? { region: 'us' } : undefined) });
const behindProxy = { trustProxy: true };

test('what the configuration says of a network comes before what databases say', t => {
  t.deepEqual(locate('10.1.1.1'), { region: 'cn-bj' });
  const files = { find: () => ({ region: 'us' }) };
  t.deepEqual(locator(table, files)('192.0.2.1'), { region: 'us' });
  t.is(locate('192.0.2.1'), undefined);
});

test('GET /api/where tells of an address, or of one’s own', async t => {
  const { fetch } = await serve(t, fakeActors(), {}, { locate });
  const where = async (query: string) => (await fetch('GET', `/api/where${query}`)).json();
  t.deepEqual(await where('?ip=10.1.2.3'), { ip: '10.1.2.3', known: true, region: 'cn-bj' });
  const own = (await where('')) as { ip: string; known: boolean };
  t.regex(own.ip, /127\.0\.0\.1$/);
  t.false(own.known);
  for (const query of ['?ip=nonsense', '?ip=', '?ip=10.0.0.1&ip=10.0.0.2']) {
    t.is((await fetch('GET', `/api/where${query}`)).status, 400, query);
  }
});

test('X-Forwarded-For is believed behind a proxy only, and only what the proxy added', async t => {
  const headers = { 'X-Forwarded-For': '192.0.2.66, 10.9.9.9' };
  const behind = await serve(t, fakeActors(), behindProxy, { locate });
  const there = (await (await behind.fetch('GET', '/api/where', headers)).json()) as { ip: string };
  t.is(there.ip, '10.9.9.9');
  const open = await serve(t, fakeActors(), {}, { locate });
  const here = (await (await open.fetch('GET', '/api/where', headers)).json()) as { ip: string };
  t.regex(here.ip, /127\.0\.0\.1$/);
});
