import test from 'ava';
import type { FanoutPacket } from '../../../transports/fanout/port.ts';
import { canonicalPacket } from '../fanout/packets.ts';
import { openReceiver } from './receiver.ts';
import { nativeFanout, openNative } from './sockets.ts';

const viewer = '127.0.1.1';
const packet: FanoutPacket = { bytes: canonicalPacket({}), sequenceNumber: 1, timestamp: 0 };

test('what is queued as a socket is closed is still sent; what comes behind goes nowhere', async t => {
  const receiver = await openReceiver([viewer]);
  const [socket, other] = [await openNative(), await openNative()];
  t.teardown(() => Promise.all([other.close(), receiver.close()]));
  const { fanout, openOutlet } = nativeFanout(socket);
  const group = fanout.openGroup();
  const outlet = openOutlet();
  outlet.lead(receiver.pathTo(viewer));
  group.add(outlet);
  socket.send(Buffer.from('queued'), receiver.pathTo(viewer));
  outlet.send(packet, 1, 0);
  const closed = socket.close();
  outlet.send(packet, 2, 0);
  outlet.sendRtx(packet, 2, 0, 1);
  group.send(packet);
  fanout.flush();
  socket.flush();
  await closed;
  const received = (await receiver.taken(other)).get(viewer)!;
  t.is(received.length, 2);
  t.is(received[0]!.toString(), 'queued');
  t.is(socket.counters.datagramsSent, 2, 'what was counted stays so');

  // Nothing hangs on the socket that an outlet led to before.
  const next = nativeFanout(other);
  next.fanout.attach(other);
  const moved = next.openOutlet();
  moved.lead(receiver.pathTo(viewer));
  moved.send(packet, 3, 0);
  t.is((await receiver.taken(other)).get(viewer)?.length, 1);
});

test('a sink that closes its socket is told nothing more', async t => {
  const told: string[] = [];
  let ended = () => {};
  const first = new Promise<void>(resolve => {
    ended = resolve;
  });
  const socket = await openNative({
    addresses: ['127.0.0.1', '127.0.0.2'],
    sink: {
      receive(bytes) {
        told.push(bytes.toString());
        void socket.close();
        ended();
      },
      batchEnd: () => void told.push('end'),
    },
  });
  const sender = await openNative();
  t.teardown(() => sender.close());
  for (const remoteAddress of ['127.0.0.1', '127.0.0.2', '127.0.0.1'])
    sender.send(Buffer.from('datagram'), {
      localAddress: '127.0.0.1',
      remoteAddress,
      remotePort: socket.port,
    });
  sender.flush();
  await first;
  // Whatever the loop had in hand for this turn has its turn.
  const again = await openReceiver([viewer]);
  await again.taken(sender);
  await again.close();
  t.is(told.length, 1);
});
