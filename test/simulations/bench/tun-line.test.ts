/** Which link of the bench an IP packet is of, by its receiver's port. */
import test from 'ava';
import { firstReceiverPort, SENDER_PORT } from '../../../simulations/bench/namespaces.ts';
import { linkOf } from '../../../simulations/bench/tun-line.ts';

function packet(source: number, destination: number, { version = 4, protocol = 6 } = {}): Uint8Array {
  const bytes = Buffer.alloc(60);
  bytes[0] = (version << 4) | 5;
  bytes[9] = protocol;
  bytes.writeUInt16BE(source, 20);
  bytes.writeUInt16BE(destination, 22);
  return bytes;
}

test('both ways of a connection are of one link', t => {
  t.is(linkOf(packet(SENDER_PORT, firstReceiverPort + 7), 'to receiver'), 7);
  t.is(linkOf(packet(firstReceiverPort + 7, SENDER_PORT), 'to sender'), 7);
});

test('what is of no connection of ours is of no link', t => {
  const right = packet(SENDER_PORT, firstReceiverPort);
  t.is(linkOf(right, 'to receiver'), 0);
  t.is(linkOf(packet(SENDER_PORT, firstReceiverPort, { version: 6 }), 'to receiver'), undefined);
  t.is(linkOf(packet(SENDER_PORT, firstReceiverPort, { protocol: 17 }), 'to receiver'), undefined);
  t.is(linkOf(packet(SENDER_PORT, firstReceiverPort - 1), 'to receiver'), undefined);
  t.is(linkOf(right.subarray(0, 23), 'to receiver'), undefined);
  t.is(linkOf(new Uint8Array(0), 'to sender'), undefined);
});
