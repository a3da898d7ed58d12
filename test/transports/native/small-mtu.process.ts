/**
 * A process of its own, in a network whose MTU is smaller than the packets (small-mtu.test.ts): sends runs of them to a viewer,
 * and prints how many came, each whole.
 */
import { canonicalPacket } from '../fanout/packets.ts';
import { openReceiver } from './receiver.ts';
import { nativeFanout, openNative } from './sockets.ts';

const viewers = ['127.0.1.1', '127.0.1.2'];
const TURNS = 3;
const PACKETS = 10;
const PAYLOAD_BYTES = 1400;

const receiver = await openReceiver(viewers);
const socket = await openNative();
const { fanout, openOutlet } = nativeFanout(socket);
const group = fanout.openGroup();
for (const address of viewers) {
  const outlet = openOutlet();
  outlet.lead(receiver.pathTo(address));
  group.add(outlet);
}
const lengths = new Set<number>();
const came = viewers.map(() => 0);
for (let turn = 0; turn < TURNS; turn += 1) {
  for (let i = 0; i < PACKETS; i += 1) {
    const sequenceNumber = turn * PACKETS + i;
    const bytes = canonicalPacket({ sequenceNumber, payloadBytes: PAYLOAD_BYTES });
    group.send({ bytes, sequenceNumber, timestamp: 0 });
  }
  fanout.flush();
  const received = await receiver.taken(socket);
  for (const [i, address] of viewers.entries()) {
    const datagrams = received.get(address) ?? [];
    came[i]! += datagrams.length;
    for (const { length } of datagrams) lengths.add(length);
  }
}
const { sendErrors } = socket.counters;
await Promise.all([socket.close(), receiver.close()]);
process.stdout.write(JSON.stringify({ came, lengths: [...lengths], sendErrors }));
