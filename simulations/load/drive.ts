/** Drives a load client's core over a UDP socket of its own, by the machine's clock. */
import type { Clock, Deadline, Timer } from '../../transports/clock.ts';
import type { Path } from '../../transports/udp/path.ts';
import { openUdp } from '../../transports/udp/udp.socket.ts';

const LOCAL_ADDRESS = '127.0.0.1';

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
  const socket = await openUdp({
    port: 0,
    addresses: [LOCAL_ADDRESS],
    sink: {
      receive(bytes, from) {
        core.receive(clock.nowMs(), bytes, from);
        drain();
      },
      batchEnd: () => arm(),
    },
  });
  const drain = () => {
    for (let bytes = core.poll(); bytes !== undefined; bytes = core.poll()) socket.send(bytes, path);
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
