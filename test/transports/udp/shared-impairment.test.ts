import test from 'ava';
import { seededRandom } from '../../../simulations/seeded-random.ts';
import { VirtualClock } from '../../../simulations/virtual-clock.ts';
import { ImpairedSink } from '../../../transports/udp/impaired.ts';
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

test('a line is as it is now for what comes now', t => {
  const clock = new VirtualClock();
  const startMs = clock.nowMs();
  const arrivals: number[] = [];
  const shared = shareImpairment({ delayMs: 20, jitterMs: 0, loss: 0 });
  const sink = new ImpairedSink(
    { receive: () => void arrivals.push(clock.nowMs() - startMs), batchEnd: () => {} },
    sharedImpairment(shared),
    clock,
    seededRandom(7),
  );
  const far = { localAddress: '127.0.2.1', remoteAddress: '127.0.1.1', remotePort: 7100 };
  sink.receive(Uint8Array.of(1), far);
  changeImpairment(shared, { delayMs: 60, jitterMs: 0, loss: 0 });
  sink.receive(Uint8Array.of(2), far);
  changeImpairment(shared, { delayMs: 60, jitterMs: 0, loss: 1 });
  sink.receive(Uint8Array.of(3), far);
  clock.advanceBy(1000);
  t.deepEqual(arrivals, [20, 60]);
  sink.stop();
});
