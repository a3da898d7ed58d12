/**
 * A process of its own, in a network whose MTU is smaller than some of the datagrams (dont-fragment.test.ts): sends them as they
 * may be, and so that none is fragmented, and prints the lengths of those that came.
 */
import { openUdp } from '../../../transports/udp/udp.socket.ts';
import { openNative } from './sockets.ts';

const LENGTHS = [1_100, 1_400];

const came: Record<string, number[]> = {};
for (const address of ['127.0.0.1', '::1']) {
  const lengths: number[] = [];
  let last = () => {};
  const sink = {
    receive(bytes: Uint8Array) {
      if (bytes.length === 1) last();
      else lengths.push(bytes.length);
    },
    batchEnd() {},
  };
  const receiver = await openUdp({ port: 0, addresses: [address], sink });
  const sender = await openNative({ addresses: [address] });
  const path = { localAddress: address, remoteAddress: address, remotePort: receiver.port };
  // In the midst of others, which are as free as ever.
  for (const dontFragment of [false, true, false])
    for (const length of LENGTHS) sender.send(new Uint8Array(length), path, dontFragment);
  sender.send(new Uint8Array(1), path);
  // One socket's datagrams come over loopback in the order in which they are sent.
  const hasLast = new Promise<void>(resolve => {
    last = resolve;
  });
  sender.flush();
  await hasLast;
  came[address] = lengths;
  came[`${address} errors`] = [sender.counters.sendErrors];
  await Promise.all([sender.close(), receiver.close()]);
}
process.stdout.write(JSON.stringify(came));
