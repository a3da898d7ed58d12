import test from 'ava';
import { EAST, grantAll, WEST, World } from './world.ts';

function meeting(eastVersions: [number, number], westVersions: [number, number]) {
  const world = new World();
  const range = ([lowest, highest]: [number, number]) => ({ versions: { lowest, highest } });
  const east = world.host(EAST, range(eastVersions));
  const west = world.host(WEST, range(westVersions));
  const link = west.open(EAST);
  grantAll(east);
  west.with(link, (_, nowMs) => link.subscribe(nowMs, 'math-101', ['west']));
  world.run(200);
  return { east, west, link };
}

const meet: [[number, number], [number, number]][] = [
  [
    [1, 1],
    [1, 1],
  ],
  [
    [1, 3],
    [2, 5],
  ],
  [
    [2, 5],
    [1, 3],
  ],
  [
    [1, 9],
    [4, 4],
  ],
];

for (const [eastVersions, westVersions] of meet) {
  test(`versions ${eastVersions} and ${westVersions} work together`, t => {
    const { west, link } = meeting(eastVersions, westVersions);
    t.is(link.state, 'up');
    t.is(west.of('subscribed').length, 1);
  });
}

test('versions that have nothing in common are told so, in words, at once', t => {
  const { east, west } = meeting([1, 1], [2, 3]);
  t.deepEqual(
    west.told.map(told => told.kind === 'down' && told.reason),
    ['refused: the peer speaks version 1, we versions 2 to 3'],
  );
  t.deepEqual(east.told, []);
  t.is(east.links.counters.refusedVersion, 1);
  t.deepEqual([east.links.size, west.links.size], [0, 0]);
});
