/** Datagrams of any length, from anywhere, in any number: what can be taken whole comes as it was sent, and in order. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { NativeUdpSocket } from '../../../../transports/native/udp.socket.ts';
import type { DatagramSink } from '../../../../transports/udp/port.ts';
import { openUdp } from '../../../../transports/udp/udp.socket.ts';
import { builtAddon } from '../../engines.ts';
import { below, oneOf, type Round, runRounds, someLength } from './rounds.ts';

const addresses = ['127.0.0.1', '127.0.2.1', '::1'] as const;
const BURSTS_A_ROUND = 100;
/** What the buffer that any system gives takes, which counts a datagram at twice its bytes and a kilobyte. */
const BURST_BYTES_MAX = 50_000;
const BURST_DATAGRAMS_MAX = 40;
const LENGTH_BITS = 12;
const END = Buffer.from('the end of the burst');

const addon = builtAddon();
const { READ_BYTES } = addon.NativeUdp;
const digest = (bytes: Uint8Array) => createHash('sha1').update(bytes).digest('hex');
const silent: DatagramSink = { receive() {}, batchEnd() {} };

const round: Round = async random => {
  let received: string[] = [];
  let done = () => {};
  const socket = await NativeUdpSocket.open(addon, {
    port: 0,
    addresses,
    sink: {
      receive(bytes, path) {
        if (END.equals(bytes)) return done();
        received.push(`${path.localAddress} ${path.remoteAddress} ${path.remotePort} ${digest(bytes)}`);
        socket.send(bytes, path);
      },
      batchEnd: () => socket.flush(),
    },
  });
  const sender = await openUdp({ port: 0, addresses: [...addresses, '127.0.2.2'], sink: silent });
  for (let burst = 0; burst < BURSTS_A_ROUND; burst += 1) {
    const remoteAddress = oneOf(random, addresses);
    const localAddress = remoteAddress === '::1' ? '::1' : oneOf(random, ['127.0.0.1', '127.0.2.2']);
    const path = { localAddress, remoteAddress, remotePort: socket.port };
    const expected: string[] = [];
    received = [];
    const ended = new Promise<void>(resolve => {
      done = resolve;
    });
    let bytesLeft = BURST_BYTES_MAX;
    for (let left = below(random, BURST_DATAGRAMS_MAX); left > 0 && bytesLeft > 0; left -= 1) {
      const exact = [READ_BYTES - 1, READ_BYTES, READ_BYTES + 1];
      const length = oneOf(random, [someLength(random, LENGTH_BITS), oneOf(random, exact)]);
      const bytes = random.bytes(length);
      bytesLeft -= length;
      sender.send(bytes, path);
      if (length > 0 && length <= READ_BYTES)
        expected.push(`${remoteAddress} ${localAddress} ${sender.port} ${digest(bytes)}`);
    }
    sender.send(END, path);
    await ended;
    assert.deepEqual(received, expected, `burst ${burst}`);
  }
  await Promise.all([socket.close(), sender.close()]);
};

await runRounds('datagrams', round);
