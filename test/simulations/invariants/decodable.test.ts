import test from 'ava';
import { decodable } from '../../../simulations/invariants/decodable.ts';
import { MARKED_BYTES_MIN, writeMark } from '../../../simulations/load/packet-mark.ts';
import type { ObservedDatagram } from '../../../simulations/network.ts';
import { MEDIA_PORT } from '../../../simulations/node-addresses.ts';
import { VirtualClock } from '../../../simulations/virtual-clock.ts';
import { codecById } from '../../../transports/rtp/codec.ts';
import { rtpBytes } from '../../transports/rtp/packets.ts';
import { smallClass } from './small-class.ts';

const lossy = { loss: 0.05 };

test('a bad uplink is no violation: forwarding control lets nothing on that viewers could not use', async t => {
  const { simulation, teacher } = await smallClass([decodable]);
  simulation.impairPage(teacher, { ...lossy, reorder: 0.05 });
  await simulation.pass(15_000);
  await simulation.finish();
  t.deepEqual(simulation.violations, []);
});

test('canary: without forwarding control the gaps of a bad uplink are seen', async t => {
  const control = { forwardingControl: 'off', audioReorderMs: 60 } as const;
  const { simulation, teacher } = await smallClass([decodable], { control });
  simulation.impairPage(teacher, lossy);
  await simulation.pass(5_000);
  t.true(simulation.violationCount > 10, `${simulation.violationCount} violations`);
  for (const kind of ['audio', 'video'])
    t.true(
      simulation.violations.some(({ detail }) => detail.includes(`${kind}: sequence number`)),
      kind,
    );
  t.true(simulation.violations.every(({ invariant }) => invariant === 'decodable'));
  await simulation.finish();
});

test('a track that is published anew, and counts from 0 again, is not taken for one that is sent again', t => {
  const violated: string[] = [];
  const watcher = decodable.watch({
    clock: new VirtualClock(),
    pages: [],
    wellSinceMs: 0,
    violate: detail => violated.push(detail),
  });
  const send = (sequenceNumber: number, number: number) => {
    const payload = new Uint8Array(MARKED_BYTES_MIN + 8);
    writeMark(payload, { number, sentAtMs: sequenceNumber });
    const bytes = rtpBytes({
      payloadType: codecById('opus')!.payloadType,
      sequenceNumber,
      payload: [...payload],
    });
    const way = { from: '10.0.0.1', fromPort: MEDIA_PORT, to: '172.16.0.1', toPort: 5000 };
    watcher.sent?.({ ...way, bytes } as ObservedDatagram);
  };
  // So many that numbers and sequence numbers are as far apart as before, modulo what is remembered.
  const first = 512;
  for (let number = 0; number < first; number += 1) send(number, number);
  for (let number = 0; number < 100; number += 1) send(first + number, number);
  send(first + 100, 100);
  send(first + 100, 100);
  t.deepEqual(violated, []);
  send(first + 102, 102);
  t.is(violated.length, 1);
});
