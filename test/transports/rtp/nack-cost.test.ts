import test from 'ava';
import { NackGenerator } from '../../../transports/rtp/nack-generator.ts';

const packets = 2000;
/** Ten times what it takes on a slow machine; with a map of objects it took 680 ms on a fast one. */
const limitMs = 200;

test('a sender that leaves out a thousand packets before each one costs no more than a few microseconds a packet', t => {
  const generator = new NackGenerator();
  const before = process.cpuUsage();
  for (let i = 0; i < packets; i += 1) generator.receive(i, (i * 1001) & 0xffff);
  const { user, system } = process.cpuUsage(before);
  t.is(generator.counters.givenUp + generator.missingCount, (packets - 1) * 1000);
  t.true((user + system) / 1000 < limitMs, `${(user + system) / 1000} ms`);
});
