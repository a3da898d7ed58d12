import test from 'ava';
import { PATH_MAX_NODES } from '../../../transports/relay/limits.ts';
import { upPair } from './world.ts';

test('the path comes whole, and the refusal of whoever finds itself in it goes back', t => {
  const { world, east, west, westLink } = upPair();
  const path = Array.from({ length: PATH_MAX_NODES }, (_, place) => `node-${place}!`);
  const id = west.with(westLink, (link, nowMs) => link.subscribe(nowMs, 'math-101', path));
  world.run(100);
  const asked = east.of('subscribe')[0]!;
  t.deepEqual([asked.stream, asked.path], ['math-101', path]);
  t.true(
    east.with(asked.link, (link, nowMs) => link.refuse(nowMs, asked.id, 'the path would be a circle\n')),
  );
  world.run(100);
  t.deepEqual(
    west.of('refused').map(({ link, ...rest }) => rest),
    [{ kind: 'refused', id, reason: 'the path would be a circle ' }] as never,
  );
  t.false(
    west.with(westLink, (link, nowMs) => link.unsubscribe(nowMs, id as number)),
    'it is over',
  );
  t.is(westLink.held.subscriptions + asked.link.held.subscriptions, 0);
});

test('what cannot be asked for is refused where it is asked', t => {
  const { west, westLink } = upPair();
  const long = Array.from({ length: PATH_MAX_NODES + 1 }, () => 'x');
  const wrong: [string, string[]][] = [
    ['math-101', long],
    ['math-101', []],
    ['math-101', ['a b']],
    ['math-101', ['']],
    ['', ['x']],
    ['../x', ['x']],
    ['x'.repeat(129), ['x']],
  ];
  for (const [stream, path] of wrong)
    t.is(
      west.with(westLink, (link, nowMs) => link.subscribe(nowMs, stream, path)),
      'not a stream or a path',
    );
  t.is(westLink.held.subscriptions, 0);
});
