/** Drives a load client's core over a UDP socket of its own, by the machine's clock. */
import type { Clock, Deadline, Timer } from '../../transports/clock.ts';
import type { Path } from '../../transports/udp/path.ts';
import { connectUdp } from './connected.socket.ts';

const LOCAL_ADDRESS = '127.0.0.1';
/**
 * For a process that is late by a second: what the system gives by default holds 90 packets of a picture, and a client that
 * loses packets before it reads them measures itself.
 */
const RECEIVE_BUFFER_BYTES = 1024 * 1024;

/** What every core of a load client has. */
export interface ClientCore {
  receive(nowMs: number, bytes: Uint8Array, path: Path): void;
  deadline(): Deadline | undefined;
  advance(nowMs: number): void;
  poll(): Uint8Array | undefined;
}

export interface Driven {
  /** The core was told something: sends what it has to say, and looks when it wants to be called. */
  settle(): void;
  /** Sends what the core still has to say; resolves once the socket is closed. */
  close(): Promise<void>;
}

/** Resolves once the socket is open; all goes to `server`. */
export async function drive(
  core: ClientCore,
  clock: Clock,
  server: { readonly address: string; readonly port: number },
): Promise<Driven> {
  const path: Path = { localAddress: LOCAL_ADDRESS, remoteAddress: server.address, remotePort: server.port };
  let timer: Timer | undefined;
  let armedForMs = Number.POSITIVE_INFINITY;
  const socket = await connectUdp({
    ...server,
    localAddress: LOCAL_ADDRESS,
    receiveBufferBytes: RECEIVE_BUFFER_BYTES,
    receive(bytes) {
      core.receive(clock.nowMs(), bytes, path);
      drain();
      arm();
    },
  });
  const drain = () => {
    for (let bytes = core.poll(); bytes !== undefined; bytes = core.poll()) socket.send(bytes);
  };
  // A deadline that has moved on finds its timer too early, and is armed for again then.
  const arm = () => {
    const atMs = core.deadline()?.atMs ?? Number.POSITIVE_INFINITY;
    if (atMs >= armedForMs) return;
    timer?.cancel();
    armedForMs = atMs;
    timer = clock.setTimer(atMs - clock.nowMs(), () => {
      armedForMs = Number.POSITIVE_INFINITY;
      core.advance(clock.nowMs());
      drain();
      arm();
    });
  };
  return {
    settle() {
      drain();
      arm();
    },
    async close() {
      drain();
      timer?.cancel();
      armedForMs = Number.NEGATIVE_INFINITY;
      await socket.close();
    },
  };
}
