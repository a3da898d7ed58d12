import test from 'ava';
import {
  FRAME_MAX_BYTES,
  FRAME_MAX_ITEMS,
  ITEM_MAX_BYTES,
  OUTBOX_MAX_BYTES,
  OUTBOX_MAX_ITEMS,
} from '../../../transports/zeromq/limits.ts';
import { Outbox } from '../../../transports/zeromq/outbox.ts';

function put(outbox: Outbox, text: string): boolean {
  return outbox.put(text, Buffer.byteLength(text));
}

test('what waits comes out in order, in batches limited by number', t => {
  const outbox = new Outbox();
  const count = FRAME_MAX_ITEMS * 2 + 3;
  for (let n = 0; n < count; n += 1) t.true(put(outbox, String(n)));
  const sizes: number[] = [];
  const all: number[] = [];
  for (let batch = outbox.take(); batch !== undefined; batch = outbox.take()) {
    const items: number[] = JSON.parse(batch.body);
    t.is(batch.itemCount, items.length);
    sizes.push(items.length);
    all.push(...items);
  }
  t.deepEqual(sizes, [FRAME_MAX_ITEMS, FRAME_MAX_ITEMS, 3]);
  t.deepEqual(
    all,
    Array.from({ length: count }, (_, n) => n),
  );
  t.deepEqual([outbox.length, outbox.sizeBytes], [0, 0]);
});

test('a batch is limited by bytes, unless one item alone is larger', t => {
  const outbox = new Outbox();
  const third = JSON.stringify('x'.repeat(FRAME_MAX_BYTES / 3));
  const large = JSON.stringify('é'.repeat(ITEM_MAX_BYTES / 2 - 1));
  for (const text of [third, third, third, large, '1']) t.true(put(outbox, text));
  const taken = [outbox.take(), outbox.take(), outbox.take(), outbox.take()];
  t.deepEqual(
    taken.map(batch => batch?.itemCount),
    [2, 1, 1, 1],
  );
  for (const batch of taken) t.true(Buffer.byteLength(batch!.body) <= ITEM_MAX_BYTES + 2);
});

test('it is full by number', t => {
  const outbox = new Outbox();
  for (let n = 0; n < OUTBOX_MAX_ITEMS; n += 1) put(outbox, '0');
  t.false(put(outbox, '0'));
  outbox.take();
  t.true(put(outbox, '0'));
  t.is(outbox.length, OUTBOX_MAX_ITEMS - FRAME_MAX_ITEMS + 1);
});

test('it is full by bytes, and room comes back as they leave', t => {
  const outbox = new Outbox();
  const text = JSON.stringify('x'.repeat(ITEM_MAX_BYTES - 2));
  for (let n = 0; n < OUTBOX_MAX_BYTES / ITEM_MAX_BYTES; n += 1) t.true(put(outbox, text));
  t.false(put(outbox, '0'));
  outbox.take();
  t.true(put(outbox, text));
  outbox.clear();
  t.deepEqual([outbox.length, outbox.sizeBytes, outbox.take()], [0, 0, undefined]);
});
