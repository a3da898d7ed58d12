import test from 'ava';
import type { Peers } from '../../../actors/scheduler/messages.ts';
import { PeerList } from '../../../actors/scheduler/peer-list.ts';
import type { LinkPair } from '../runtime/harness.ts';
import { testCluster } from './fixtures.ts';

const peersOver = (link: LinkPair) =>
  link.posted.flatMap(item =>
    item.kind === 'message' && item.message.type === 'peers' ? [item.message as Peers] : [],
  );
const wholeListsOver = (link: LinkPair) =>
  link.posted.filter(
    item => item.kind === 'message' && 'peers' in item.message && item.message.type === 'registered',
  ).length;

test('members are told of each other and make links; the whole list goes to each but once', async t => {
  const cluster = testCluster();
  cluster.startScheduler();
  const [a, b] = [cluster.add('a'), cluster.add('b')];
  const linkA = cluster.link(a);
  cluster.link(b);
  await cluster.run(5000);
  const connect = (node: string) => ({ do: 'connect', endpoint: `tcp://${node}:7200`, node });
  t.deepEqual(b.linked, [connect('a')]);
  t.deepEqual(a.linked, [connect('b')], 'and none with itself');
  const c = cluster.add('c');
  const silent = cluster.add('no-endpoint', { links: undefined as never });
  const linkC = cluster.link(c);
  cluster.link(silent);
  await cluster.run(5000);
  t.deepEqual(a.linked, [connect('b'), connect('c')]);
  t.deepEqual(c.linked, [connect('a'), connect('b')]);
  t.is(wholeListsOver(linkA), 1);
  linkC.close();
  await cluster.run(1000);
  t.deepEqual(peersOver(linkA).at(-1)?.left, ['c']);
  // It comes back: the link is asked for again.
  cluster.link(c);
  await cluster.run(2000);
  t.deepEqual(a.linked.at(-1), connect('c'));
  t.deepEqual(peersOver(linkA).at(-1)?.left, []);
});

test('a list tells what has changed since the version before, and nothing when nothing has', t => {
  const list = new PeerList('x');
  const peer = (node: string, idc = 'north') => ({ node, idc, roles: ['pull' as const] });
  t.is(list.takeChanges(), undefined);
  list.set(peer('a'));
  list.set(peer('b'));
  t.deepEqual(list.takeChanges(), {
    since: 'x.0',
    peersVersion: 'x.1',
    peers: [peer('a'), peer('b')],
    left: [],
  });
  list.remove('a');
  list.set(peer('a'));
  list.set(peer('c'));
  list.remove('c');
  t.is(list.takeChanges(), undefined);
  t.is(list.version, 'x.1');
  list.set(peer('a', 'south'));
  list.remove('b');
  t.deepEqual(list.takeChanges(), {
    since: 'x.1',
    peersVersion: 'x.2',
    peers: [peer('a', 'south')],
    left: ['b'],
  });
  t.deepEqual(list.all, [peer('a', 'south')]);
});
