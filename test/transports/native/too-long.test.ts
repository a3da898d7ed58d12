import test from 'ava';
import { openUdp } from '../../../transports/udp/udp.socket.ts';
import { builtAddon } from '../engines.ts';
import { silentSink } from './sockets.ts';

test('datagrams longer than what is read at a time are counted, and let go; the others come whole', async t => {
  const { NativeUdp } = builtAddon();
  const { READ_BATCH, READ_BYTES, TOLD_BYTES } = NativeUdp;
  const staging = new Uint8Array(READ_BATCH * READ_BYTES);
  const told = new Uint8Array(READ_BATCH * TOLD_BYTES);
  const lengths: number[] = [];
  let done = () => {};
  const all = new Promise<void>(resolve => {
    done = resolve;
  });
  const sizes = [1, READ_BYTES - 1, READ_BYTES, READ_BYTES + 1, 5 * READ_BYTES, 2];
  const look = () => {
    if (lengths.length === sizes.length) done();
  };
  const udp = new NativeUdp(
    staging,
    told,
    (_address, count, isLast) => {
      for (let i = 0; i < count; i += 1)
        lengths.push((told[i * TOLD_BYTES]! << 8) | told[i * TOLD_BYTES + 1]!);
      if (isLast) look();
    },
    look,
  );
  const [port] = udp.open('127.0.0.1', 0, 0, 0) as readonly [number, number, number];
  const sender = await openUdp({ port: 0, addresses: ['127.0.0.1'], sink: silentSink });
  t.teardown(() => sender.close());
  t.teardown(() => udp.close());
  const path = { localAddress: '127.0.0.1', remoteAddress: '127.0.0.1', remotePort: port };
  for (const size of sizes) sender.send(new Uint8Array(size), path);
  await all;
  t.deepEqual(lengths, [1, READ_BYTES - 1, READ_BYTES, 0, 0, 2]);
  const [received, , truncated] = udp.counters();
  t.is(received, sizes.length);
  t.is(truncated, 2);
});
