import test from 'ava';
import type { Place, Placed } from '../../../actors/scheduler/messages.ts';
import { testCluster } from './fixtures.ts';

async function cluster() {
  const world = testCluster();
  world.startScheduler();
  for (const idc of ['north', 'south']) {
    const facts = { idc, roles: ['pull', 'gateway'], http: `https://${idc}.example` } as const;
    world.link(world.add(`${idc}-1`, facts));
  }
  await world.run(4000);
  const place = (facts: Partial<Place>) => {
    const message: Omit<Place, 'replyTo'> = {
      type: 'place',
      role: 'pull',
      stream: 'math',
      exclude: [],
      ...facts,
    };
    return world.ask<Placed>(message);
  };
  return { world, place };
}

const sites = [
  { site: 'north', url: 'https://north.example' },
  { site: 'south', url: 'https://south.example' },
];
const nearSouth = [
  { site: 'north', rttMs: 80 },
  { site: 'south', rttMs: 12 },
];

test('a client of whom nothing is known is told what to measure, and goes by that from then on', async t => {
  const { place } = await cluster();
  t.deepEqual((await place({ idc: 'north' })).measure, sites);
  const placed = await place({ idc: 'north', measured: nearSouth });
  t.is(placed.idc, 'south');
  t.false('measure' in placed);
});

test('one whose ISP alone is known measures as well', async t => {
  const { place } = await cluster();
  const client = { isps: ['as9808'] };
  t.deepEqual((await place({ client })).measure, sites);
  t.is((await place({ client, measured: nearSouth })).idc, 'south');
});

test('what the operator or a database knows counts before what the client says', async t => {
  const { world, place } = await cluster();
  world.link(world.add('west-1', { idc: 'west', roles: ['pull'], location: { region: 'de' } }));
  await world.run(1500);
  const placed = await place({ client: { region: 'de' }, measured: nearSouth });
  t.is(placed.idc, 'west');
  t.false('measure' in placed);
});
