/** The entry of a core's worker thread: the real ports, and the shard on them. */
import { parentPort, workerData } from 'node:worker_threads';
import { systemClock } from '../../transports/clock.ts';
import { makeCertificate } from '../../transports/dtls/certificate.ts';
import { makeDtlsServerFactory } from '../../transports/dtls/server.ts';
import { systemRandom } from '../../transports/random.ts';
import { createSrtpTransform } from '../../transports/srtp/transform.ts';
import { MessagePortLink } from '../../transports/threads/message-port-link.ts';
import { openUdp } from '../../transports/udp/udp.socket.ts';
import { runShard } from './run-shard.ts';
import type { FromWorker, ToWorker, WorkerStart } from './worker-messages.ts';

/** A tenth of a second of a full gigabit: what a busy loop may be late by without losing datagrams. */
const SOCKET_BUFFER_BYTES = 8 * 1024 * 1024;

const parent = parentPort;
if (parent === null) throw new Error('this file is the entry of a worker thread');
const say = (message: FromWorker) => parent.postMessage(message);
const fail = (error: unknown) => {
  say({ kind: 'failed', reason: error instanceof Error ? error.message : String(error) });
  // Ends this thread alone; its sockets and its end of the link would keep it alive otherwise.
  process.exit(1);
};

const { settings, link } = workerData as WorkerStart;
const warnings: string[] = [];
try {
  const certificate = await makeCertificate(systemClock.wallMs());
  const shard = await runShard(settings, {
    clock: systemClock,
    random: systemRandom,
    async openSocket({ port, listenAddresses }, sink) {
      const socket = await openUdp({
        port,
        addresses: listenAddresses,
        sink,
        receiveBufferBytes: SOCKET_BUFFER_BYTES,
        sendBufferBytes: SOCKET_BUFFER_BYTES,
      });
      warnings.push(...bufferWarnings(socket.grantedReceiveBufferBytes, socket.grantedSendBufferBytes));
      return socket;
    },
    fingerprint: certificate.fingerprint,
    makeDtls: makeDtlsServerFactory({ certificate, random: systemRandom }),
    makeSrtp: createSrtpTransform,
    log: entry => say({ kind: 'log', entry }),
    onFailure: fail,
  });
  shard.system.setDefaultRoute(new MessagePortLink(link));
  parent.on('message', (message: ToWorker) => {
    if (message.kind !== 'stop') return;
    shard.stop().then(
      () => {
        link.close();
        parent.close();
      },
      (error: unknown) => fail(error),
    );
  });
  say({ kind: 'ready', facts: shard.facts, warnings });
} catch (error) {
  fail(error);
}

function bufferWarnings(receiveBytes: number, sendBytes: number): readonly string[] {
  const lacking = (granted: number, sysctl: string): string[] =>
    granted >= SOCKET_BUFFER_BYTES
      ? []
      : [
          `the kernel granted ${granted} of ${SOCKET_BUFFER_BYTES} bytes of UDP buffer: bursts may be lost; raise it with: sysctl -w ${sysctl}=${SOCKET_BUFFER_BYTES}`,
        ];
  return [...lacking(receiveBytes, 'net.core.rmem_max'), ...lacking(sendBytes, 'net.core.wmem_max')];
}
