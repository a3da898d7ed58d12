import test from 'ava';
import fc from 'fast-check';
import { seededRandom } from '../../../simulations/seeded-random.ts';
import { VirtualClock } from '../../../simulations/virtual-clock.ts';
import { ImpairedSink, type Impairment, parseImpairment } from '../../../transports/udp/impaired.ts';

const near = { localAddress: '127.0.2.1', remoteAddress: '127.0.2.1', remotePort: 7100 };
const far = { localAddress: '127.0.2.1', remoteAddress: '127.0.1.1', remotePort: 7100 };

function world(impairment: Partial<Impairment>) {
  const clock = new VirtualClock();
  const received: { byte: number; atMs: number }[] = [];
  const startMs = clock.nowMs();
  let batches = 0;
  const sink = new ImpairedSink(
    {
      receive: ([byte]) => void received.push({ byte: byte!, atMs: clock.nowMs() - startMs }),
      batchEnd: () => {
        batches += 1;
      },
    },
    { delayMs: 0, jitterMs: 0, loss: 0, ...impairment },
    clock,
    seededRandom(7),
  );
  return { clock, received, sink, batches: () => batches };
}

test('what comes from another site comes later, a copy, with the end of its batch', t => {
  const { clock, received, sink, batches } = world({ delayMs: 30 });
  const borrowed = Uint8Array.of(1);
  sink.receive(borrowed, far);
  borrowed[0] = 99;
  clock.advanceBy(29);
  t.deepEqual(received, []);
  clock.advanceBy(1);
  t.deepEqual(received, [{ byte: 1, atMs: 30 }]);
  t.is(batches(), 1);
});

test('what comes from the own site comes at once', t => {
  const { received, sink } = world({ delayMs: 30, loss: 1 });
  sink.receive(Uint8Array.of(1), near);
  sink.receive(Uint8Array.of(2), { localAddress: '::1', remoteAddress: '::1', remotePort: 1 });
  t.deepEqual(
    received.map(({ byte }) => byte),
    [1, 2],
  );
});

test('jitter never changes the order, and adds no more than it may', t => {
  const { clock, received, sink } = world({ delayMs: 30, jitterMs: 20 });
  for (let i = 0; i < 100; i += 1) {
    sink.receive(Uint8Array.of(i), far);
    clock.advanceBy(1);
  }
  clock.advanceBy(100);
  t.deepEqual(
    received.map(({ byte }) => byte),
    Array.from({ length: 100 }, (_, i) => i),
  );
  for (const { byte, atMs } of received) t.true(atMs >= byte + 30 && atMs <= byte + 50, `${byte} at ${atMs}`);
  t.true(new Set(received.map(({ byte, atMs }) => Math.round(atMs - byte))).size > 5);
});

test('as many are lost as asked for', t => {
  const { clock, received, sink } = world({ loss: 0.2 });
  for (let i = 0; i < 5000; i += 1) sink.receive(Uint8Array.of(1), far);
  clock.advanceBy(1);
  t.true(Math.abs(received.length - 4000) < 120, `${received.length} of 5000`);
});

test('what waits is bounded', t => {
  const { clock, received, sink } = world({ delayMs: 1000 });
  for (let i = 0; i < 20_000; i += 1) sink.receive(Uint8Array.of(1), far);
  clock.advanceBy(1000);
  t.is(received.length, 10_000);
});

test('after the stop nothing comes, and no timer is left', t => {
  const { clock, received, sink } = world({ delayMs: 30 });
  sink.receive(Uint8Array.of(1), far);
  sink.stop();
  clock.advanceBy(100);
  t.deepEqual(received, []);
});

for (const [text, impairment] of [
  ['delay=30,loss=2', { delayMs: 30, jitterMs: 0, loss: 0.02 }],
  ['jitter=5,delay=0.5', { delayMs: 0.5, jitterMs: 5, loss: 0 }],
  ['loss=100', { delayMs: 0, jitterMs: 0, loss: 1 }],
] as const) {
  test(`${text} is understood`, t => t.deepEqual(parseImpairment(text), impairment));
}

const wrong = [
  '',
  'delay',
  'delay=',
  'delay=-1',
  'delay=1e3',
  'delay=10001',
  'loss=100.1',
  'delay=1,delay=2',
];
for (const text of [...wrong, 'speed=1', 'delay=1,', 'delay=1,loss=2,jitter=3,delay=4', ' delay=1']) {
  test(`'${text}' is not`, t => t.is(parseImpairment(text), undefined));
}

test('of any text there comes an impairment in its limits, or nothing', t => {
  const piece = fc.constantFrom('delay', 'loss', 'jitter', '=', ',', '9', '.', '0', '-', ' ');
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 20 }), pieces => {
      const found = parseImpairment(pieces.join(''));
      if (found === undefined) return;
      t.true(
        found.delayMs >= 0 && found.delayMs <= 10_000 && found.jitterMs >= 0 && found.jitterMs <= 10_000,
      );
      t.true(found.loss >= 0 && found.loss <= 1);
    }),
    { seed: 1, numRuns: 500 },
  );
  t.pass();
});
