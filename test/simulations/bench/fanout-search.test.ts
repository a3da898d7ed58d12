import test from 'ava';
import { searchMost } from '../../../simulations/bench/fanout-search.ts';
import type { Stage, StageDelivery } from '../../../simulations/bench/fanout-stage.ts';

/** A server that carries so many viewers, at 300 packets a second each. */
function stageThatBears(most: number, loadCpu: number): Pick<Stage, 'watch' | 'delivery'> {
  let viewers = 0;
  return {
    watch: async count => {
      viewers = count;
      return { viewers };
    },
    delivery: async () => ({
      viewers,
      packetsPerSecond: viewers * 300,
      cpuUsPerPacket: 3,
      serverCpu: Math.min(1, (viewers / most) * 0.95),
      serverWaited: 0,
      loadCpu,
      published: 1500,
      lost: viewers > most ? 7 : 0,
      repeated: 0,
      delaysMs: [] as StageDelivery['delaysMs'],
      ended: 0,
    }),
  };
}

const quiet = { seconds: 1, onProgress: () => undefined };

test('the most without loss is found to a twentieth, and that the server is what loses', async t => {
  const { viewers, packetsPerSecond, limit } = await searchMost(stageThatBears(1000, 0.5), 700, quiet);
  t.true(viewers > 950 && viewers <= 1000, `${viewers}`);
  t.is(packetsPerSecond, viewers * 300);
  t.is(limit, 'server');
});

test('a search that begins above the most goes down', async t => {
  const { viewers } = await searchMost(stageThatBears(100, 0.5), 700, quiet);
  t.true(viewers > 90 && viewers <= 100, `${viewers}`);
});

test('load clients that are at their limit before the server are named', async t => {
  const slow = stageThatBears(1000, 0.97);
  const delivery = async (seconds: number) => ({ ...(await slow.delivery(seconds)), serverCpu: 0.5 });
  t.is((await searchMost({ ...slow, delivery }, 700, quiet)).limit, 'generator');
});
