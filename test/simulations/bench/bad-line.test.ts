import test, { type ExecutionContext } from 'ava';
import { openBadLine } from '../../../simulations/bench/bad-line.ts';
import type { LinkSettings } from '../../../simulations/impairment.ts';
import { seededRandom } from '../../../simulations/seeded-random.ts';
import { systemClock } from '../../../transports/clock.ts';
import type { Path } from '../../../transports/udp/path.ts';
import { openUdp, type UdpSocket } from '../../../transports/udp/udp.socket.ts';

const address = '127.0.0.1';

interface End {
  readonly socket: UdpSocket;
  /** The next datagram's first byte, and where it came from. */
  next(): Promise<{ readonly number: number; readonly path: Path }>;
}

async function openEnd(t: ExecutionContext): Promise<End> {
  const waiting: ((got: { number: number; path: Path }) => void)[] = [];
  const got: { number: number; path: Path }[] = [];
  const receive = (bytes: Uint8Array, path: Path) => {
    const one = { number: bytes[0]!, path };
    const taker = waiting.shift();
    if (taker === undefined) got.push(one);
    else taker(one);
  };
  const socket = await openUdp({ port: 0, addresses: [address], sink: { receive, batchEnd: () => {} } });
  t.teardown(() => socket.close());
  return {
    socket,
    next() {
      const first = got.shift();
      return first === undefined ? new Promise(resolve => waiting.push(resolve)) : Promise.resolve(first);
    },
  };
}

async function open(t: ExecutionContext, toNode: LinkSettings) {
  const line = await openBadLine({ toNode, fromNode: {}, random: seededRandom(1), clock: systemClock });
  t.teardown(() => line.close());
  return line;
}

const to = (port: number): Path => ({ localAddress: address, remoteAddress: address, remotePort: port });

test('each client has a port of its own towards the node, and gets what comes back to it', async t => {
  const line = await open(t, {});
  const [node, one, other] = await Promise.all([openEnd(t), openEnd(t), openEnd(t)]);
  line.leadTo(node.socket.port);
  one.socket.send(Uint8Array.of(1), to(line.port));
  const first = await node.next();
  other.socket.send(Uint8Array.of(2), to(line.port));
  const second = await node.next();
  t.deepEqual([first.number, second.number], [1, 2]);
  t.not(first.path.remotePort, second.path.remotePort);
  node.socket.send(Uint8Array.of(4), second.path);
  node.socket.send(Uint8Array.of(3), first.path);
  t.is((await one.next()).number, 3);
  t.is((await other.next()).number, 4);
});

test('what is lost on the way to the node is counted, from the moment that it is asked for', async t => {
  const line = await open(t, {});
  const [node, client] = await Promise.all([openEnd(t), openEnd(t)]);
  line.leadTo(node.socket.port);
  client.socket.send(Uint8Array.of(1), to(line.port));
  const { number, path } = await node.next();
  t.is(number, 1);
  line.change({ loss: 1 });
  client.socket.send(Uint8Array.of(2), to(line.port));
  // It has passed the line once an answer to it would: what is sent after it, the other way, comes.
  node.socket.send(Uint8Array.of(9), path);
  t.is((await client.next()).number, 9);
  line.change({});
  client.socket.send(Uint8Array.of(3), to(line.port));
  t.is((await node.next()).number, 3);
  t.like(line.statistics, { offered: 3, lost: 1 });
});
