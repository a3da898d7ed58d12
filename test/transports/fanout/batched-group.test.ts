import test from 'ava';
import { BatchedGroup } from '../../../transports/fanout/batched-group.ts';
import type { FanoutPacket, Outlet } from '../../../transports/fanout/port.ts';

/** A group whose members and sends are noted down, in their order; and the groups that are to be flushed. */
function noted() {
  const notes: string[] = [];
  const toFlush: BatchedGroup<Outlet & { name: string }>[] = [];
  const group = new BatchedGroup<Outlet & { name: string }>(
    {
      add: ({ name }) => void notes.push(`+${name}`),
      remove: ({ name }) => void notes.push(`-${name}`),
      send: (packets, padding) =>
        void notes.push(packets.map(({ sequenceNumber }, i) => `${sequenceNumber}/${padding[i]}`).join(' ')),
    },
    one => void toFlush.push(one),
  );
  return { group, notes, toFlush };
}

const outlet = (name: string) =>
  ({ name, lead() {}, setNumberOffset() {}, send() {}, sendRtx() {} }) satisfies Outlet & { name: string };

const packet = (sequenceNumber: number, length = 1000): FanoutPacket => ({
  bytes: new Uint8Array(length),
  sequenceNumber,
  timestamp: 0,
});

test('what is sent in a turn is given to the members together, at its end', t => {
  const { group, notes, toFlush } = noted();
  group.add(outlet('a'));
  for (const number of [1, 2, 3]) group.send(packet(number));
  t.deepEqual(notes, ['+a']);
  t.deepEqual(toFlush, [group], 'named once a turn');
  group.flush();
  t.deepEqual(notes, ['+a', '1/0 2/0 3/0']);
  group.flush();
  t.is(notes.length, 2, 'there is nothing more');
});

test('neighbours are padded together', t => {
  const { group, notes } = noted();
  group.add(outlet('a'));
  group.send(packet(1, 990));
  group.send(packet(2, 1000));
  group.send(packet(3, 999));
  group.flush();
  t.deepEqual(notes, ['+a', '1/10 2/0 3/0']);
});

test('who comes in mid-turn gets what follows; who goes has got what was before', t => {
  const { group, notes, toFlush } = noted();
  const [a, b] = [outlet('a'), outlet('b')];
  group.add(a);
  group.send(packet(1));
  group.add(b);
  group.send(packet(2));
  group.remove(a);
  t.is(group.size, 1);
  group.send(packet(3));
  group.flush();
  t.deepEqual(notes, ['+a', '1/0', '+b', '2/0', '-a', '3/0']);
  t.true(toFlush.every(one => one === group));
});

test('the last one who goes leaves nothing behind', t => {
  const { group, notes, toFlush } = noted();
  const a = outlet('a');
  group.add(a);
  group.send(packet(1));
  group.remove(a);
  group.send(packet(2));
  for (const one of toFlush) one.flush();
  t.is(group.size, 0);
  t.deepEqual(notes, ['+a', '1/0', '-a']);
});

test('each turn begins anew', t => {
  const { group, notes, toFlush } = noted();
  group.add(outlet('a'));
  for (const number of [1, 2]) {
    group.send(packet(number));
    for (const one of toFlush.splice(0)) one.flush();
  }
  t.deepEqual(notes, ['+a', '1/0', '2/0']);
});
