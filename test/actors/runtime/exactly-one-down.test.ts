import test from 'ava';
import fc from 'fast-check';
import type { DownReason, Message } from '../../../actors/runtime/behaviour.ts';
import { spawn, stop, unwatch, watch } from '../../../actors/runtime/effects.ts';
import { act, at, fail, mortalPuppet, puppet, twoNodes } from './harness.ts';

/** How the watched actor goes, and what its watchers on the same node and over the link are told. */
const fates = {
  'stops itself': ['stopped', 'stopped'],
  'is stopped from outside': ['stopped', 'stopped'],
  'is stopped by its parent': ['stopped', 'stopped'],
  'goes with its parent’s crash': ['stopped', 'stopped'],
  'goes with its system': ['stopped', 'stopped'],
  crashes: ['crashed', 'crashed'],
  'crashes and is restarted': ['crashed', 'crashed'],
  'the link closes': [undefined, 'no connection'],
  'the link is detached': [undefined, 'no connection'],
} as const satisfies Record<string, readonly [DownReason | undefined, DownReason]>;
type Fate = keyof typeof fates;
const fateNames = Object.keys(fates) as Fate[];

function world(fate: Fate) {
  const nodes = twoNodes();
  const { a, b, link } = nodes;
  const behaviour = fate === 'crashes' ? mortalPuppet : puppet;
  a.system.start('/top', puppet, { first: [spawn('watched', behaviour, {})] });
  const bring = async () => {
    switch (fate) {
      case 'stops itself':
        a.system.tell(at('/top/watched'), act(stop()));
        break;
      case 'is stopped from outside':
        a.system.stopActor(at('/top/watched'));
        break;
      case 'is stopped by its parent':
        a.system.tell(at('/top'), act(stop('watched')));
        break;
      case 'goes with its parent’s crash':
        a.system.tell(at('/top'), fail());
        break;
      case 'goes with its system':
        await a.system.stop();
        break;
      case 'crashes':
      case 'crashes and is restarted':
        a.system.tell(at('/top/watched'), fail());
        break;
      case 'the link closes':
        link.close();
        break;
      case 'the link is detached':
        b.system.detachNode('a');
        break;
    }
    await nodes.quiet();
  };
  return { ...nodes, bring };
}

for (const fate of fateNames) {
  test(`each watch is told once: ${fate}`, async t => {
    const { a, b, link, bring, quiet } = world(fate);
    const here: Message[] = [];
    const there: Message[] = [];
    const outside: DownReason[] = [];
    const watched = at('/top/watched');
    if (fate !== 'goes with its system')
      a.system.start('/here', puppet, { heard: here, first: [watch(watched)] });
    b.system.start('/there', puppet, { heard: there, first: [watch(watched)] });
    b.system.watch(watched, reason => outside.push(reason));
    await quiet();
    t.deepEqual([here, there, outside], [[], [], []]);
    await bring();
    // Whatever happens to the link or the path after that is no news.
    link.close();
    a.system.stopActor(watched);
    await quiet();
    const [local, remote] = fates[fate];
    const down = (reason: DownReason | undefined) => ({ type: 'down', address: watched, reason });
    const toldHere = fate === 'goes with its system' ? [] : [down(local ?? 'stopped')];
    t.deepEqual(here as unknown[], toldHere);
    t.deepEqual(there as unknown[], [down(remote)]);
    t.deepEqual(outside, [remote]);
    t.is(a.system.census.overLinks + b.system.census.overLinks, 0);
  });
}

test('watching what is gone is told at once, and once', async t => {
  const { a, b, quiet } = twoNodes();
  const heard: Message[] = [];
  const gone = a.system.start('/gone', puppet, {});
  a.system.stopActor(gone);
  const living = a.system.start('/gone', puppet, {});
  const never = at('/never');
  for (const { system } of [a, b]) {
    system.start('/watcher', puppet, { heard, first: [watch(gone), watch(never), watch(living)] });
    await quiet();
    const reasons = heard.splice(0).map(message => message as unknown);
    t.is(system.census.overLinks, system === a.system ? 0 : 1, 'the living one alone is still watched');
    t.is(a.system.census.overLinks, system.census.overLinks);
    t.deepEqual(reasons, [
      { type: 'down', address: gone, reason: 'stopped' },
      { type: 'down', address: never, reason: 'stopped' },
    ]);
  }
  b.system.start('/lost', puppet, { heard, first: [watch(at('/x', 'nowhere'))] });
  await quiet();
  t.deepEqual(heard as unknown[], [{ type: 'down', address: at('/x', 'nowhere'), reason: 'no connection' }]);
});

test('any mix of watches, unwatches and fates: one down for each watch that stands, none for the others', async t => {
  const step = fc.record({
    watcher: fc.nat({ max: 3 }),
    what: fc.constantFrom('watch', 'unwatch', 'outside', 'outside, then cancelled'),
  });
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...fateNames.filter(name => name !== 'goes with its system')),
      fc.array(step, { maxLength: 12 }),
      fc.boolean(),
      async (fate, steps, quietBetween) => {
        const { a, b, link, bring, quiet } = world(fate);
        const watched = at('/top/watched');
        const systems = [a, a, b, b] as const;
        const heard: Message[][] = systems.map(() => []);
        systems.forEach(({ system }, i) => void system.start(`/w${i}`, puppet, { heard: heard[i]! }));
        const watching = systems.map(() => false);
        let outsideTold = 0;
        let outsideWatches = 0;
        for (const { watcher, what } of steps) {
          const { system } = systems[watcher]!;
          if (what === 'watch' || what === 'unwatch') {
            system.tell(
              at(`/w${watcher}`, system === a.system ? 'a' : 'b'),
              act(what === 'watch' ? watch(watched) : unwatch(watched)),
            );
            watching[watcher] = what === 'watch';
          } else {
            const handle = system.watch(watched, () => {
              outsideTold += 1;
            });
            if (what === 'outside') outsideWatches += 1;
            else handle.cancel();
          }
          if (quietBetween) await quiet();
        }
        await quiet();
        await bring();
        a.system.stopActor(watched);
        await quiet();
        link.close();
        await quiet();
        t.deepEqual(
          heard.map(messages => messages.length),
          watching.map(Number),
          fate,
        );
        t.is(outsideTold, outsideWatches);
        t.is(a.system.census.overLinks + b.system.census.overLinks, 0);
      },
    ),
    { seed: 11, numRuns: 150 },
  );
});

test('a watch taken back while its down waits is not told', async t => {
  const { a } = twoNodes();
  const heard: Message[] = [];
  a.system.start('/watched', puppet, {});
  a.system.start('/x', puppet, { heard, first: [watch(at('/watched'))] });
  a.system.tell(at('/x'), act(unwatch(at('/watched'))));
  a.system.stopActor(at('/watched'));
  t.is(a.system.pending, 2);
  await a.system.whenQuiet();
  t.deepEqual(heard, []);
});

test('a watch from outside that is cancelled while its down waits is not told', async t => {
  const { a } = twoNodes();
  a.system.start('/watched', puppet, {});
  const watching = a.system.watch(at('/watched'), () => t.fail());
  a.system.stopActor(at('/watched'));
  t.is(a.system.pending, 1);
  watching.cancel();
  await a.system.whenQuiet();
  t.is(a.system.pending, 0);
});

test('after a down the address can be watched again', async t => {
  const { a } = twoNodes();
  const heard: Message[] = [];
  a.system.start('/watched', puppet, {});
  a.system.start('/x', puppet, {
    heard,
    reply: () => [watch(at('/watched'))],
    first: [watch(at('/watched'))],
  });
  for (let i = 1; i <= 3; i += 1) {
    a.system.tell(at('/watched'), fail());
    await a.system.whenQuiet();
    t.is(heard.length, i);
  }
});
