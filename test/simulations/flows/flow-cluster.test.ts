import test from 'ava';
import { FlowCluster } from '../../../simulations/flows/flow-cluster.ts';
import { seededRandom } from '../../../simulations/seeded-random.ts';
import { site, Topology } from '../../../simulations/topology.ts';

const { nodes, sites } = new Topology([
  site('beijing', { relay: 2, pull: 2 }),
  site('guangzhou', { relay: 2, pull: 2 }),
]);
const [beijing, guangzhou] = sites as [(typeof sites)[0], (typeof sites)[0]];
const lecture = {
  stream: 'lecture',
  kbps: 1000,
  teacherAt: beijing,
  studentsAt: [...Array<typeof beijing>(50).fill(beijing), ...Array<typeof beijing>(50).fill(guangzhou)],
};

function clusterWith(stream: typeof lecture): FlowCluster {
  const cluster = new FlowCluster(nodes, seededRandom(1));
  cluster.begin(stream);
  return cluster;
}

test('a stream crosses to the other site once, however many watch it there', t => {
  const cluster = clusterWith(lecture);
  t.is(cluster.viewers, 100);
  t.deepEqual(cluster.crossings(), [{ from: 'beijing', to: 'guangzhou', streams: 1, kbps: 1000 }]);
  t.deepEqual(cluster.wrong, []);
  t.is(cluster.counts.refused, 0);
});

test('what a node carried that is killed comes by others, and by it again when it is back', t => {
  const cluster = clusterWith(lecture);
  for (const name of ['guangzhou-relay-1', 'guangzhou-relay-2', 'guangzhou-pull-1', 'beijing-push']) {
    cluster.kill(name);
    t.is(cluster.viewers, 100, name);
    t.is(cluster.classes, 1, name);
  }
  t.true(cluster.counts.moved >= 3);
  t.deepEqual(cluster.wrong, []);
  cluster.end('lecture');
  t.is(cluster.viewers, 0);
  t.deepEqual(cluster.crossings(), []);
  cluster.revive('beijing-push');
  cluster.announce(1000);
  cluster.begin(lecture);
  t.is(cluster.viewers, 100);
});

test('an edge fills up to what it can take, and then people are refused', t => {
  const cluster = new FlowCluster(new Topology([site('beijing')]).nodes, seededRandom(1));
  for (let i = 0; i < 100; i += 1) {
    cluster.announce(1000 * i);
    cluster.begin({
      ...lecture,
      stream: `lecture-${i}`,
      studentsAt: Array<typeof beijing>(100).fill(beijing),
    });
  }
  t.true(cluster.counts.refused > 0);
  t.true(cluster.mostFull <= 1.01, String(cluster.mostFull));
});
