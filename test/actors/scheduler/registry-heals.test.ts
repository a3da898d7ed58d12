/** Whatever happens to schedulers, nodes, links and Redis: once it is over, every scheduler knows what there is. */
import test from 'ava';
import fc from 'fast-check';
import { SeveralSchedulers } from './several.ts';

const schedulers = ['s1', 's2', 's3'];
const edges = ['e1', 'e2', 'e3', 'e4'];

const steps = fc.array(
  fc.record({
    what: fc.constantFrom(
      'edge',
      'edge',
      'publish',
      'scheduler',
      'freeze',
      'link',
      'link',
      'redis down',
      'redis hangs',
      'redis up',
      'pass',
    ),
    who: fc.nat(11),
    whom: fc.nat(11),
    afterMs: fc.oneof(fc.nat(100), fc.nat(5000)),
  }),
  { minLength: 3, maxLength: 14, size: 'max' },
);

test('all is known to all in the end', async t => {
  let living = 0;
  await fc.assert(
    fc.asyncProperty(steps, async chosen => {
      const cluster = new SeveralSchedulers(schedulers);
      for (const name of schedulers) cluster.add(name, ['scheduler']);
      for (const [i, name] of edges.entries()) cluster.add(name, ['push', 'pull'], i % schedulers.length);
      await cluster.run(1500);
      const dead = new Set<string>();
      const streams = new Map<string, { node: string; epoch: number }>();
      let epoch = 0;
      for (const { what, who, whom, afterMs } of chosen) {
        const edge = edges[who % edges.length]!;
        const scheduler = schedulers[who % schedulers.length]!;
        if (what === 'edge') {
          if (dead.delete(edge)) cluster.revive(edge);
          else if (cluster.kill(edge)) dead.add(edge);
          for (const [stream, { node }] of streams) if (node === edge) streams.delete(stream);
        } else if (what === 'publish' && !dead.has(edge)) {
          epoch += 1;
          cluster.publish(edge, `stream-${whom}`, epoch);
          streams.set(`stream-${whom}`, { node: edge, epoch });
        } else if (what === 'scheduler' || what === 'freeze') {
          if (dead.delete(scheduler)) cluster.revive(scheduler);
          else if (what === 'freeze' ? cluster.freeze(scheduler) : cluster.kill(scheduler))
            dead.add(scheduler);
        } else if (what === 'link') {
          const nodes = [...cluster.nodes.keys()];
          const [one, other] = [nodes[who % nodes.length]!, nodes[whom % nodes.length]!];
          if (one !== other) cluster.breakLink(one, other);
        } else if (what === 'redis down') cluster.redis.down();
        else if (what === 'redis hangs') cluster.redis.hang();
        else if (what === 'redis up') cluster.redis.up();
        await cluster.run(afterMs);
      }
      cluster.redis.up();
      // Frozen ones are dead by then.
      await cluster.run(2500);
      for (const name of schedulers) if (dead.delete(name)) cluster.revive(name);
      await cluster.run(8000);

      const expected = [...cluster.nodes.keys()].sort();
      const liveStreams = [...streams]
        .map(([stream, { node, epoch: its }]) => ({ stream, origin: node, epoch: its }))
        .sort((a, b) => (a.stream < b.stream ? -1 : 1));
      living += expected.length;
      for (const name of schedulers) {
        const { nodes, streams: known } = await cluster.report(name);
        t.deepEqual(
          nodes.map(({ node }) => node),
          expected,
          name,
        );
        t.deepEqual(
          known.map(({ stream, origin, epoch: its }) => ({ stream, origin, epoch: its })) as never,
          liveStreams,
          name,
        );
      }
      const count = async () => {
        let sum = 0;
        for (const name of schedulers) sum += (await cluster.report(name)).counters.registrations!;
        return sum;
      };
      const before = await count();
      await cluster.run(5000);
      t.is((await count()) - before, 5 * expected.length, 'each speaks to one');
    }),
    { seed: 8, numRuns: 60 },
  );
  t.true(living > 60 * schedulers.length);
});
