import test from 'ava';
import { Impairment } from '../../simulations/impairment.ts';
import { seededRandom } from '../../simulations/seeded-random.ts';
import { TcpReceiver, TcpSender } from '../../simulations/tcp-model.ts';
import { VirtualClock } from '../../simulations/virtual-clock.ts';

const DELAY_MS = 25;
const INTERVAL_MS = 25;

/** Sends numbered messages one way; `isLost` says of which datagrams, counted from 0, the way there loses. */
function run(
  count: number,
  isLost: (datagram: number) => boolean,
  back = new Impairment({ delayMs: DELAY_MS }, seededRandom(1)),
) {
  const clock = new VirtualClock();
  const got: { readonly number: number; readonly ageMs: number }[] = [];
  const sender = new TcpSender();
  const receiver = new TcpReceiver((nowMs, message) =>
    got.push({ number: message[0]!, ageMs: nowMs - message[0]! * INTERVAL_MS }),
  );
  let sent = 0;
  const settle = () => {
    const nowMs = clock.nowMs();
    if ((sender.deadlineMs ?? Number.POSITIVE_INFINITY) <= nowMs) sender.advance(nowMs);
    for (let out = sender.outputs.shift(); out !== undefined; out = sender.outputs.shift()) {
      const bytes = out;
      if (!isLost(sent++)) clock.setTimer(DELAY_MS, () => receiver.receive(clock.nowMs(), bytes));
    }
    for (let out = receiver.outputs.shift(); out !== undefined; out = receiver.outputs.shift()) {
      const bytes = out;
      for (const atMs of back.offer(nowMs, bytes.length))
        clock.setTimer(atMs - nowMs, () => sender.receive(clock.nowMs(), bytes));
    }
  };
  for (let ms = 0; ms < count * INTERVAL_MS + 5_000; ms += 1) {
    if (ms % INTERVAL_MS === 0 && ms / INTERVAL_MS < count) sender.send(ms, Uint8Array.of(ms / INTERVAL_MS));
    settle();
    clock.advanceTo(ms + 1);
    settle();
  }
  return { got, sent };
}

test('what is lost holds up all behind it, until RACK has it sent again', t => {
  const { got, sent } = run(100, datagram => datagram === 50);
  t.is(sent, 101);
  t.deepEqual(
    got.map(({ number }) => number),
    Array.from({ length: 100 }, (_, i) => i),
  );
  const ages = got.map(({ ageMs }) => Math.round(ageMs));
  t.true(ages.slice(0, 50).every(age => age <= DELAY_MS + 1));
  // The next message's acknowledgement tells of it: an interval and a round trip, and the way again.
  t.true(ages[50]! >= 100 && ages[50]! <= 115, `${ages[50]} ms`);
  t.true(ages[51]! > DELAY_MS + 20, 'it waits too');
});

test('the last one is probed for after two round trips, and what fails again waits for the timeout', t => {
  const probed = run(20, datagram => datagram === 19);
  const ageMs = probed.got.at(-1)!.ageMs;
  // From the acknowledgement of the one before on: two round trips and the time of a delayed one; and the way.
  t.true(ageMs >= 345 && ageMs <= 360, `${ageMs} ms`);
  const timedOut = run(20, datagram => datagram === 19 || datagram === 20);
  t.true(timedOut.got.at(-1)!.ageMs > ageMs + 200, `${timedOut.got.at(-1)!.ageMs} ms`);
  t.is(timedOut.got.length, 20);
});

test('however much is lost either way, all comes, once and in order', t => {
  const random = seededRandom(5);
  const back = new Impairment({ delayMs: DELAY_MS, loss: 0.2 }, random);
  const { got } = run(200, () => random.unit() < 0.2, back);
  t.deepEqual(
    got.map(({ number }) => number),
    Array.from({ length: got.length }, (_, i) => i),
  );
  t.is(got.length, 200);
});
