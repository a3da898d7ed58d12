import test from 'ava';
import {
  changeImpairment,
  sharedImpairment,
  shareImpairment,
} from '../../../transports/udp/shared-impairment.ts';

test('who holds it sees what another makes of it', t => {
  const shared = shareImpairment({ delayMs: 20, jitterMs: 5, loss: 0.01 });
  // As a worker thread is given it.
  const elsewhere = sharedImpairment(structuredClone(shared));
  t.deepEqual([elsewhere.delayMs, elsewhere.jitterMs, elsewhere.loss], [20, 5, 0.01]);
  changeImpairment(shared, { delayMs: 60, jitterMs: 15, loss: 0.06 });
  t.deepEqual([elsewhere.delayMs, elsewhere.jitterMs, elsewhere.loss], [60, 15, 0.06]);
});
