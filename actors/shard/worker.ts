/** The entry of a core's worker thread: the real ports, and the shard on them. */
import { parentPort, workerData } from 'node:worker_threads';
import { eventLoopTimes, systemClock } from '../../transports/clock.ts';
import { makeCertificate } from '../../transports/dtls/certificate.ts';
import { chooseEngine } from '../../transports/engine.ts';
import { systemRandom } from '../../transports/random.ts';
import { MessagePortLink } from '../../transports/threads/message-port-link.ts';
import { MEDIA_NICE, raiseThreadPriority } from '../../transports/threads/priority.ts';
import type { LogEntry } from '../runtime/log-entry.ts';
import { shardAddress } from '../sessions/facts.ts';
import { startHeartbeat } from './heartbeat.ts';
import { LogPosts } from './log-posts.ts';
import { runShard } from './run-shard.ts';
import type { FromWorker, ToWorker, WorkerStart } from './worker-messages.ts';

/** A tenth of a second of a full gigabit: what a busy loop may be late by without losing datagrams. */
const SOCKET_BUFFER_BYTES = 8 * 1024 * 1024;

/** Reports are a second apart; the shard answers out of memory. */
const REPORT_TIMEOUT_MS = 1000;

const parent = parentPort;
if (parent === null) throw new Error('this file is the entry of a worker thread');
const say = (message: FromWorker) => parent.postMessage(message);
const log = new LogPosts(systemClock, entries => say({ kind: 'log', entries }));
const fail = (error: unknown) => {
  log.flush();
  say({ kind: 'failed', reason: error instanceof Error ? error.message : String(error) });
  // Ends this thread alone; its sockets and its end of the link would keep it alive otherwise.
  process.exit(1);
};

const { settings, link } = workerData as WorkerStart;
const warnings: string[] = [];
try {
  const engine = chooseEngine(settings.engine ?? 'auto');
  // One that is alone goes where the system puts it: several nodes on a machine would all bind theirs to the first CPU.
  if (settings.memories !== undefined) engine.pinThread(settings.shard);
  const hasPriority = raiseThreadPriority();
  const certificate = await makeCertificate(systemClock.wallMs());
  const shard = await runShard(settings, {
    clock: systemClock,
    random: systemRandom,
    async openSocket(port, addresses, sink) {
      const socket = await engine.openSocket({
        port,
        addresses,
        sink,
        receiveBufferBytes: SOCKET_BUFFER_BYTES,
        sendBufferBytes: SOCKET_BUFFER_BYTES,
      });
      warnings.push(...bufferWarnings(socket.grantedReceiveBufferBytes, socket.grantedSendBufferBytes));
      return socket;
    },
    sendsWhole: engine.sendsWhole,
    fingerprint: certificate.fingerprint,
    makeDtls: engine.makeDtls(certificate),
    makeSrtp: engine.makeSrtp,
    makeFanout: engine.makeFanout,
    hmacSha1: engine.hmacSha1,
    makeSeal: engine.makeSeal,
    addMultiples: engine.addMultiples,
    log: entry => log.add(entry),
    onFailure: fail,
  });
  shard.system.setDefaultRoute(new MessagePortLink(link));
  const stopHeartbeat = startHeartbeat({
    clock: systemClock,
    loopTimes: eventLoopTimes,
    report: () => shard.system.ask(shardAddress(shard.facts), { type: 'report' }, REPORT_TIMEOUT_MS),
    say,
  });
  parent.on('message', (message: ToWorker) => {
    if (message.kind !== 'stop') return;
    shard.stop().then(
      () => {
        stopHeartbeat();
        log.flush();
        link.close();
        parent.close();
      },
      (error: unknown) => fail(error),
    );
  });
  if (!hasPriority) log.add(withoutPriority(shardAddress(shard.facts).path));
  if (engine.reason !== undefined)
    warnings.push(`the portable engine carries media, which costs several times as much: ${engine.reason}`);
  say({ kind: 'ready', facts: shard.facts, warnings });
} catch (error) {
  fail(error);
}

/** For who operates the node: nothing is wrong, but other programs may delay media. */
function withoutPriority(path: string): LogEntry {
  const message = `threads with media have no priority over others: nice ${MEDIA_NICE} was not granted (CAP_SYS_NICE, or LimitNICE=${MEDIA_NICE} of systemd)`;
  return { level: 'info', message, path };
}

/** One line, which names what to raise; none when the kernel gave what it was asked for. */
function bufferWarnings(receiveBytes: number, sendBytes: number): readonly string[] {
  const lacking = [
    ...(receiveBytes < SOCKET_BUFFER_BYTES ? ['net.core.rmem_max'] : []),
    ...(sendBytes < SOCKET_BUFFER_BYTES ? ['net.core.wmem_max'] : []),
  ];
  if (lacking.length === 0) return [];
  const settings = lacking.map(sysctl => `${sysctl}=${SOCKET_BUFFER_BYTES}`).join(' ');
  const grantedBytes = Math.min(receiveBytes, sendBytes);
  return [
    `the kernel grants ${grantedBytes} of ${SOCKET_BUFFER_BYTES} bytes of UDP buffer, so bursts may be lost; as root: sysctl -w ${settings}`,
  ];
}
