import test from 'ava';
import fc from 'fast-check';
import {
  DATAGRAM_MAX_BYTES,
  DATAGRAMS_MAX,
  DATAGRAMS_PER_SESSION_MAX,
  HandshakeQueue,
} from '../../../actors/forwarding/handshake-queue.ts';

const datagram = (number: number) => Uint8Array.of(22, number);

function takeAll(queue: HandshakeQueue<string>): readonly string[] {
  const taken: string[] = [];
  for (let next = queue.take(); next !== undefined; next = queue.take())
    taken.push(`${next.session}${next.datagram[1]}`);
  return taken;
}

test('sessions take turns, each in the order of its own datagrams', t => {
  const queue = new HandshakeQueue<string>();
  for (const [session, number] of [
    ['a', 1],
    ['a', 2],
    ['a', 3],
    ['b', 1],
    ['c', 1],
    ['b', 2],
  ] as const)
    t.true(queue.add(session, datagram(number)));
  t.deepEqual(takeAll(queue), ['a1', 'b1', 'c1', 'a2', 'b2', 'a3']);
  t.is(queue.size, 0);
});

test('a session has so many places, and all together have so many', t => {
  const queue = new HandshakeQueue<string>();
  for (let i = 0; i < DATAGRAMS_PER_SESSION_MAX; i += 1) t.true(queue.add('one', datagram(i)));
  t.false(queue.add('one', datagram(0)));
  t.true(queue.add('other', datagram(0)));
  for (let i = queue.size; i < DATAGRAMS_MAX; i += 1) t.true(queue.add(`${i}`, datagram(0)));
  t.false(queue.add('late', datagram(0)));
  t.is(queue.size, DATAGRAMS_MAX);
});

test('what no client sends is not kept', t => {
  const queue = new HandshakeQueue<string>();
  t.true(queue.add('a', new Uint8Array(DATAGRAM_MAX_BYTES)));
  t.false(queue.add('a', new Uint8Array(DATAGRAM_MAX_BYTES + 1)));
});

test('the datagram is on loan, so that a copy is kept', t => {
  const queue = new HandshakeQueue<string>();
  const bytes = datagram(1);
  queue.add('a', bytes);
  bytes.fill(0xee);
  t.deepEqual(takeAll(queue), ['a1']);
});

test('whatever comes and goes, what is left is what was added, and nothing of who is gone', t => {
  const session = fc.constantFrom('a', 'b', 'c');
  const steps = fc.array(fc.tuple(fc.constantFrom('add', 'add', 'take', 'forget'), session), {
    maxLength: 80,
  });
  fc.assert(
    fc.property(steps, all => {
      const queue = new HandshakeQueue<string>();
      const model: string[] = [];
      let number = 0;
      for (const [what, who] of all) {
        number += 1;
        if (what === 'add' && queue.add(who, datagram(number))) model.push(`${who}${number}`);
        if (what === 'take') {
          const next = queue.take();
          const name = next && `${next.session}${next.datagram[1]}`;
          // The first that it has waiting.
          if (model.find(one => one[0] === name?.[0]) !== name) return false;
          if (name !== undefined) model.splice(model.indexOf(name), 1);
        }
        if (what === 'forget') {
          queue.forget(who);
          model.splice(0, model.length, ...model.filter(one => one[0] !== who));
        }
        if (queue.size !== model.length) return false;
      }
      return takeAll(queue).toSorted().join() === model.toSorted().join();
    }),
    { seed: 8 },
  );
  t.pass();
});
