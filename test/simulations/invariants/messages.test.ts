import test from 'ava';
import { MessageWatch } from '../../../simulations/invariants/messages.ts';

function watched(promises: { readonly inOrder: boolean; readonly complete: boolean }) {
  const found: string[] = [];
  return {
    found,
    watch: new MessageWatch(promises, (invariant, detail) => found.push(`${invariant}: ${detail}`)),
  };
}

test('a message that comes twice, late, or never is seen where the transport promises that it does not', t => {
  const { found, watch } = watched({ inOrder: true, complete: true });
  for (const number of [0, 2, 1, 2]) watch.came(number);
  watch.end(4);
  t.deepEqual(found, [
    'messages-in-order: message 1 came after 2',
    'messages-once: message 2 came twice',
    'messages-complete: message 3 never came',
  ]);
});

test('where it promises neither order nor all, only that none comes twice', t => {
  const { found, watch } = watched({ inOrder: false, complete: false });
  for (const number of [0, 2, 1]) watch.came(number);
  watch.end(4);
  t.deepEqual(found, []);
  watch.came(1);
  t.deepEqual(found, ['messages-once: message 1 came twice']);
});
