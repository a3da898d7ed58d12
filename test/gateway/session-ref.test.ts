import test from 'ava';
import { parseSessionId } from '../../gateway/session-ref.ts';

test('the id says where the session is', t => {
  t.deepEqual(parseSessionId('push-0-Qm9_-', 'node-1', 1), {
    id: 'push-0-Qm9_-',
    role: 'push',
    shard: 0,
    address: { node: 'node-1', incarnation: 0, path: '/shards/shard-0/pushes/push-0-Qm9_-' },
    permission: 'publish',
  });
  t.is(parseSessionId('pull-11-x', 'node-1', 12)!.address.path, '/shards/shard-11/pulls/pull-11-x');
});

for (const id of [
  '',
  'push-0-',
  'push-1-x',
  'push-00-x',
  'push--x',
  'Push-0-x',
  'push-0-x/y',
  'push-0-x\n',
  ' push-0-x',
  `push-0-${'x'.repeat(65)}`,
  'push-1e0-x',
]) {
  test(`${JSON.stringify(id)} is the id of none`, t => t.is(parseSessionId(id, 'node-1', 1), undefined));
}
