import test from 'ava';
import { commonVersion, formatVersions } from '../../../transports/zeromq/versions.ts';
import { LinksWorld } from './links-world.ts';

const range = (lowest: number, highest: number) => ({ lowest, highest });

test('the highest that both speak is spoken', t => {
  t.is(commonVersion(range(1, 1), range(1, 1)), 1);
  t.is(commonVersion(range(1, 1), range(1, 2)), 1);
  t.is(commonVersion(range(1, 3), range(2, 5)), 3);
  t.is(commonVersion(range(1, 1), range(2, 3)), undefined);
  t.is(formatVersions(range(3, 3)), 'version 3');
  t.is(formatVersions(range(2, 3)), 'versions 2 to 3');
});

for (const [newer, older] of [
  ['a', 'b'],
  ['b', 'a'],
] as const) {
  test(`neighbouring versions work together (${newer} is newer)`, t => {
    const world = new LinksWorld();
    const one = world.node({ name: older });
    const other = world.node({ name: newer, versions: range(1, 2) });
    world.dial(one, other);
    world.pass(50);
    for (const node of [one, other]) t.is(node.epochs[0]?.peer.version, 1);
    world.post(one, newer, { n: 1 });
    world.pass(50);
    t.is(other.epochs[0]!.items.length, 1);
  });

  for (const dialled of [true, false]) {
    const how = dialled ? 'dialled' : 'dialling';
    test(`too new a version (${newer}, ${how}) is refused in words that both sides are told`, t => {
      const world = new LinksWorld();
      const one = world.node({ name: older });
      const other = world.node({ name: newer, versions: range(3, 3) });
      world.dial(dialled ? one : other, dialled ? other : one);
      world.pass(50);
      const words = [one, other].map(node => node.refusals.map(({ end }) => [end.code, end.words]));
      t.deepEqual(words[0], words[1]);
      t.is(words[0]!.length, 1);
      t.is(words[0]![0]![0], 'version');
      t.regex(words[0]![0]![1]!, new RegExp(`${older} speaks version 1 of the protocol|${older} version 1$`));
      t.regex(words[0]![0]![1]!, new RegExp(`${newer} speaks version 3 of the protocol|${newer} version 3$`));
      t.deepEqual([one.epochs, other.epochs], [[], []]);
      // It asks again, but seldom: after an update it gets in by itself.
      world.pass(60_000);
      t.true(one.core.counters.dials + other.core.counters.dials < 26);
    });
  }
}
