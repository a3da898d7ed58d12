import test from 'ava';
import { type Parent, Parents } from '../../../actors/forwarding/parents.ts';
import type { RelayedPacket } from '../../../actors/forwarding/relayed.ts';
import type { Trial } from '../../../actors/relay/messages.ts';

interface Facts {
  readonly epoch: number;
  readonly trial?: Trial | undefined;
  readonly isSuspected?: boolean;
}

/** What has become of a stream's parents. */
function stage() {
  const parents = new Parents({
    attachUpstream: (_stream: string, { node }: Parent) => attached.push(node),
    detachUpstream: (_stream: string, { node }: Parent) => detached.push(node),
    forwardRelayed: (_nowMs: number, { node }: Parent) => forwarded.push(node),
  } as never);
  const attached: string[] = [];
  const detached: string[] = [];
  const forwarded: string[] = [];
  const refused: string[] = [];
  const parent = (node: string, { epoch, trial, isSuspected = false }: Facts): Parent => ({
    stream: 'math',
    node,
    path: [],
    isLocal: false,
    epoch,
    trial,
    isSuspected,
    requestKeyframe: () => {},
    begun: () => {},
    refuse: () => refused.push(node),
  });
  return { parents, parent, attached, detached, forwarded, refused };
}

const packet = (epoch: number) => ({ epoch, sequenceNumber: 1 }) as RelayedPacket;

for (const trial of [undefined, 'spare', 'better'] as const)
  test(`a parent that has an earlier publication does not take over from one that has a later: ${trial}`, t => {
    const { parents, parent, attached, refused } = stage();
    parents.begin(0, parent('new', { epoch: 2, isSuspected: true }));
    parents.begin(1, parent('old', { epoch: 1, trial }));
    t.deepEqual(attached, ['new']);
    t.deepEqual(refused, ['old']);
  });

test('one that has a later publication takes over at once', t => {
  const { parents, parent, attached, refused } = stage();
  parents.begin(0, parent('old', { epoch: 1 }));
  parents.begin(1, parent('new', { epoch: 2, trial: 'spare' }));
  t.deepEqual(attached, ['old', 'new']);
  t.deepEqual(refused, []);
});

test('a later publication that comes from the parent ends the trial of one that has the earlier', t => {
  const { parents, parent, attached, forwarded, refused } = stage();
  const current = parent('current', { epoch: 1, isSuspected: true });
  parents.begin(0, current);
  parents.begin(1, parent('spare', { epoch: 1, trial: 'spare' }));
  parents.forward(2, current, 'video', packet(2));
  t.deepEqual(refused, ['spare']);
  t.deepEqual(forwarded, ['current']);
  t.deepEqual(attached, ['current']);
});

test('when the parent ends, another one that delivers still is the stream’s', t => {
  const { parents, parent, attached, detached } = stage();
  const first = parent('first', { epoch: 1 });
  const second = parent('second', { epoch: 1 });
  parents.begin(0, first);
  parents.begin(1, second);
  parents.end(2, second);
  t.deepEqual(attached, ['first', 'second', 'first']);
  parents.end(3, first);
  t.deepEqual(detached, ['first']);
  parents.end(4, second);
  t.deepEqual(detached, ['first']);
});

test('one that was refused is not fallen back on', t => {
  const { parents, parent, attached, detached } = stage();
  const current = parent('current', { epoch: 1 });
  parents.begin(0, current);
  parents.begin(1, parent('spare', { epoch: 1, trial: 'spare' }));
  parents.end(2, current);
  t.deepEqual(attached, ['current']);
  t.deepEqual(detached, ['current']);
});
