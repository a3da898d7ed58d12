/**
 * A bad line between clients and a node on loopback, as a NAT stands between them: each client's path gets a port of its own
 * towards the node. Both ways take their time; only what goes to the node is lost.
 */
import type { Clock } from '../../transports/clock.ts';
import { DelayLine } from '../../transports/delay-line.ts';
import type { Random } from '../../transports/random.ts';
import { type Path, pathKey } from '../../transports/udp/path.ts';
import { openUdp, type UdpSocket } from '../../transports/udp/udp.socket.ts';
import { Impairment, type LinkSettings, type LinkStatistics } from '../impairment.ts';

const ADDRESS = '127.0.0.1';
/** A client tries every address of the machine that it has; more than a machine has by far. */
const MAPPINGS_MAX = 16;
/** A second of video at 10 Mbit/s: some ten times what a bench's publisher sends. Past it the newest is lost. */
const WAITING_MAX = 1024;

export interface BadLineOptions {
  readonly toNode: LinkSettings;
  readonly fromNode: LinkSettings;
  /** `random` decides alone what happens to the how-manieth datagram. */
  readonly random: Random;
  readonly clock: Clock;
}

export interface BadLine {
  /** The port on 127.0.0.1 that clients are to take for the node's. */
  readonly port: number;
  /** Where the node is: from now on what comes goes there. */
  leadTo(nodePort: number): void;
  /** From the next datagram on. */
  change(toNode: LinkSettings): void;
  /** Of what was to go to the node. */
  readonly statistics: Readonly<LinkStatistics>;
  close(): Promise<void>;
}

export async function openBadLine({ toNode, fromNode, random, clock }: BadLineOptions): Promise<BadLine> {
  const impairment = new Impairment(toNode, random);
  const there = openWay(impairment, clock);
  const back = openWay(new Impairment(fromNode, random), clock);
  const towardsNode = new Map<string, Promise<UdpSocket>>();
  let nodePort: number | undefined;

  const socketFor = (client: Path): Promise<UdpSocket> | undefined => {
    const key = pathKey(client);
    if (!towardsNode.has(key) && towardsNode.size < MAPPINGS_MAX) {
      const receive = (bytes: Uint8Array) => back.send(bytes, late => inside.send(late, client));
      const sink = { receive, batchEnd: () => {} };
      towardsNode.set(key, openUdp({ port: 0, addresses: [ADDRESS], sink }));
    }
    return towardsNode.get(key);
  };
  const receive = (bytes: Uint8Array, client: Path) => {
    if (nodePort === undefined) return;
    const node = { localAddress: ADDRESS, remoteAddress: ADDRESS, remotePort: nodePort };
    const socket = socketFor(client);
    there.send(bytes, late => socket?.then(opened => opened.send(late, node)));
  };
  const inside = await openUdp({ port: 0, addresses: [ADDRESS], sink: { receive, batchEnd: () => {} } });

  return {
    port: inside.port,
    leadTo(port) {
      nodePort = port;
    },
    change: settings => impairment.change(settings),
    statistics: impairment.statistics,
    async close() {
      there.stop();
      back.stop();
      const sockets = await Promise.all([inside, ...towardsNode.values()]);
      await Promise.all(sockets.map(socket => socket.close()));
    },
  };
}

/** One way of the line, in order. */
function openWay(impairment: Impairment, clock: Clock) {
  const line = new DelayLine<(bytes: Uint8Array) => void>({
    clock,
    waitingMax: WAITING_MAX,
    deliver(due) {
      for (const { bytes, to } of due) to(bytes);
    },
  });
  return {
    send(bytes: Uint8Array, deliver: (bytes: Uint8Array) => void): void {
      for (const dueMs of impairment.offer(clock.nowMs(), bytes.length)) line.send(bytes, deliver, dueMs);
    },
    stop: () => line.stop(),
  };
}
