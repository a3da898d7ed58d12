import test from 'ava';
import { VirtualClock } from '../../../simulations/virtual-clock.ts';
import { at, fail, puppet, testSystem } from './harness.ts';

test('an address with an incarnation reaches that actor only; without one, whoever has the path', async t => {
  const { system } = testSystem();
  const heard: { type: string }[] = [];
  const first = system.start('/x', puppet, { heard });
  system.stopActor(first);
  const second = system.start('/x', puppet, { heard });
  system.tell(first, { type: 'to the first' });
  system.tell(second, { type: 'to the second' });
  system.tell(at('/x'), { type: 'to whoever' });
  await system.whenQuiet();
  t.true(second.incarnation > first.incarnation);
  t.deepEqual(
    heard.map(({ type }) => type),
    ['to the second', 'to whoever'],
  );
  t.is(system.counters.deadLetters, 1);
});

test('a restart is a new incarnation at the same path', async t => {
  const { system } = testSystem();
  const heard: { type: string }[] = [];
  const before = system.start('/x', puppet, { heard });
  system.tell(before, fail());
  system.tell(before, { type: 'waits behind the crash' });
  await system.whenQuiet();
  system.tell(before, { type: 'to the dead' });
  system.tell(at('/x'), { type: 'to the living' });
  await system.whenQuiet();
  t.deepEqual(
    heard.map(({ type }) => type),
    ['to the living'],
  );
  t.is(system.counters.deadLetters, 2);
});

test('incarnations grow over a restart of the process', t => {
  const clock = new VirtualClock();
  const earlier = testSystem({ clock }).system;
  let last = 0;
  for (let i = 0; i < 100; i += 1) last = earlier.start(`/x${i}`, puppet, {}).incarnation;
  clock.advanceBy(1);
  const later = testSystem({ clock }).system;
  t.true(later.start('/x0', puppet, {}).incarnation > last);
});

test('dead letters are all counted, and logged once a second a path', async t => {
  const { system, clock, log } = testSystem();
  const deadLettersLogged = () => log.filter(({ message }) => message.startsWith('dead letter'));
  for (let i = 0; i < 50; i += 1) system.tell(at('/nobody'), { type: 'x' });
  system.tell(at('/nobody/either'), { type: 'x' });
  t.is(system.counters.deadLetters, 51);
  t.deepEqual(
    deadLettersLogged().map(({ path }) => path),
    ['/nobody', '/nobody/either'],
  );
  clock.advanceBy(1000);
  system.tell(at('/nobody'), { type: 'x' });
  t.is(deadLettersLogged().length, 3);
  t.is(deadLettersLogged()[2]?.unloggedBefore, 49);
});

test('paths of dead letters do not fill the memory: past the limit they go unlogged until old ones expire', t => {
  const { system, clock, log } = testSystem();
  for (let i = 0; i < 5000; i += 1) system.tell(at(`/nobody-${i}`), { type: 'x' });
  t.is(log.length, 1000);
  t.is(system.counters.deadLetters, 5000);
  clock.advanceBy(1000);
  system.tell(at('/somebody-else'), { type: 'x' });
  t.is(log.at(-1)?.path, '/somebody-else');
});

test('paths that have expired make room behind one that was logged again', t => {
  const { system, clock, log } = testSystem();
  const tellAll = (...paths: string[]) => {
    for (const path of paths) system.tell(at(path), { type: 'x' });
  };
  tellAll('/again', ...Array.from({ length: 999 }, (_, i) => `/nobody-${i}`));
  clock.advanceBy(1000);
  tellAll('/again', '/new');
  t.deepEqual(
    log.slice(1000).map(({ path }) => path),
    ['/again', '/new'],
  );
});

test('a path in use, and one beside the root, are refused', t => {
  const { system } = testSystem({ root: '/shards/shard-1' });
  system.start('/shards/shard-1', puppet, {});
  t.throws(() => system.start('/shards/shard-1', puppet, {}), { message: /taken/ });
  for (const path of ['', '/', '/shards', '/shards/shard-10', '/shards/shard-1/~/x']) {
    t.throws(() => system.start(path, puppet, {}), { message: /not beneath/ }, path);
  }
  t.deepEqual(system.paths(), ['/shards/shard-1']);
});
