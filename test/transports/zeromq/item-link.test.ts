import test from 'ava';
import { ItemLink } from '../../../transports/zeromq/item-link.ts';

function link() {
  const sent: number[] = [];
  const faults: unknown[] = [];
  const made = new ItemLink<number>(
    item => sent.push(item),
    error => faults.push(error),
  );
  return { link: made, sent, faults };
}

test('it closes once, and nothing goes either way after that', t => {
  const { link: made, sent } = link();
  const received: (number | string)[] = [];
  made.listen(
    item => {
      received.push(item);
      if (item === 2) made.close();
    },
    () => received.push('closed'),
  );
  made.post(1);
  made.deliver([1, 2, 3]);
  made.close();
  made.post(2);
  made.deliver([4]);
  t.deepEqual(received, [1, 2, 'closed']);
  t.deepEqual(sent, [1]);
});

test('whoever listens to one that has closed is told so at once', t => {
  const { link: made } = link();
  made.close();
  let closed = 0;
  made.listen(
    () => t.fail(),
    () => {
      closed += 1;
    },
  );
  t.is(closed, 1);
});

test('a listener that throws misses nothing of what follows', t => {
  const { link: made, faults } = link();
  const received: number[] = [];
  made.listen(
    item => {
      received.push(item);
      if (item === 1) throw new Error('one');
    },
    () => {
      throw new Error('closed');
    },
  );
  made.deliver([1, 2]);
  made.close();
  t.deepEqual(received, [1, 2]);
  t.deepEqual(faults.map(String), ['Error: one', 'Error: closed']);
});
