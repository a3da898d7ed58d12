import test from 'ava';
import fc from 'fast-check';
import { DeadlineHeap } from '../../transports/deadline-heap.ts';

const step = fc.oneof(
  fc.record({ kind: fc.constant('set' as const), item: fc.nat(20), atMs: fc.nat(100) }),
  fc.record({ kind: fc.constant('delete' as const), item: fc.nat(20) }),
  fc.record({ kind: fc.constant('pop' as const), nowMs: fc.nat(100) }),
);

test('behaves like a sorted list under any mix of setting, moving, deleting and popping', t => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 200 }), steps => {
      const heap = new DeadlineHeap<number>();
      const model = new Map<number, number>();
      for (const s of steps) {
        if (s.kind === 'set') {
          heap.set(s.item, s.atMs);
          model.set(s.item, s.atMs);
        } else if (s.kind === 'delete') {
          heap.delete(s.item);
          model.delete(s.item);
        } else {
          const first = Math.min(...model.values());
          const popped = heap.popDue(s.nowMs);
          if (first > s.nowMs) {
            if (popped !== undefined) return false;
          } else {
            if (popped === undefined || model.get(popped) !== first) return false;
            model.delete(popped);
          }
        }
        if (heap.size !== model.size) return false;
        if (heap.firstAtMs !== (model.size === 0 ? undefined : Math.min(...model.values()))) return false;
      }
      return true;
    }),
  );
  t.pass();
});
