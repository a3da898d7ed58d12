/** One end of the lines of the relay bench, over the kernel's TCP: each message behind its length, without Nagle's delay. */
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { createConnection, createServer, type Socket } from 'node:net';
import { promisify } from 'node:util';
import type { Clock } from '../../transports/clock.ts';
import type { EndLinks } from './end-links.ts';
import { addressOf, firstReceiverPort, SENDER_PORT, TUN_NAME } from './namespaces.ts';
import type { EndOptions } from './relay-protocol.ts';

const run = promisify(execFile);
const LENGTH_BYTES = 2;
/** As on an Ethernet. */
const MTU_BYTES = '1500';
/** The device drops nothing by itself: losses are the line's. */
const QUEUE_PACKETS = '10000';

export function openTcpLinks(
  { side, seeds }: EndOptions,
  clock: Clock,
  onMessage: (nowMs: number, message: Uint8Array) => void,
): EndLinks {
  const sockets: Socket[] = [];
  let failure: Error | undefined;
  const take = (place: number, socket: Socket) => {
    sockets[place] = socket.setNoDelay();
    socket.on('error', error => {
      failure ??= error;
    });
    if (side === 'receiver') readMessages(socket, message => onMessage(clock.nowMs(), message));
  };
  return {
    ports: [],
    async connect() {
      await setUp(side);
      if (side === 'sender') {
        const server = createServer(socket => take(socket.remotePort! - firstReceiverPort, socket));
        server.listen(SENDER_PORT, addressOf.sender);
        await once(server, 'listening');
      } else
        for (const place of seeds.keys())
          take(
            place,
            createConnection({
              host: addressOf.sender,
              port: SENDER_PORT,
              localPort: firstReceiverPort + place,
            }),
          );
    },
    areReady() {
      if (failure !== undefined) throw failure;
      return sockets.filter(socket => socket.readyState === 'open').length === seeds.length;
    },
    send(_nowMs, link, _stream, message) {
      const bytes = Buffer.allocUnsafe(LENGTH_BYTES + message.length);
      bytes.writeUInt16BE(message.length);
      bytes.set(message, LENGTH_BYTES);
      sockets[link]!.write(bytes);
    },
    settle() {},
  };
}

/** The device is there, in the namespace that this process is in; ip(8) gives it its address. */
async function setUp(side: EndOptions['side']): Promise<void> {
  const peer = side === 'sender' ? addressOf.receiver : addressOf.sender;
  await run('ip', ['addr', 'add', addressOf[side], 'peer', peer, 'dev', TUN_NAME]);
  await run('ip', ['link', 'set', TUN_NAME, 'mtu', MTU_BYTES, 'txqueuelen', QUEUE_PACKETS, 'up']);
}

function readMessages(socket: Socket, onMessage: (message: Uint8Array) => void): void {
  let rest: Buffer = Buffer.alloc(0);
  socket.on('data', (chunk: Buffer) => {
    rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    while (rest.length >= LENGTH_BYTES) {
      const end = LENGTH_BYTES + rest.readUInt16BE();
      if (rest.length < end) return;
      onMessage(rest.subarray(LENGTH_BYTES, end));
      rest = rest.subarray(end);
    }
  });
}
