/** Puts a node together: the actor system, the worker threads of its cores, and its HTTP face. */
import { readFile } from 'node:fs/promises';
import type { Logger } from 'pino';
import type { Config } from '../actors/config/schema.ts';
import type { HttpCommand, NodeReport, StartWorker, StopWorkers } from '../actors/node/messages.ts';
import { node as nodeActor } from '../actors/node/node.ts';
import { Workers } from '../actors/node/workers.ts';
import { ActorSystem } from '../actors/runtime/system.ts';
import { systemClock } from '../transports/clock.ts';
import { systemRandom } from '../transports/random.ts';
import { localAddresses } from '../transports/udp/addresses.ts';
import { createApp } from './app.ts';
import type { RunningNode } from './cli/running-node.ts';
import type { GatewayDeps } from './deps.ts';
import { HttpFace } from './http/face.ts';
import { NodeEventBus } from './node-events.ts';
import { pages } from './web/pages.ts';

/** One core for now; its port is `media.port`, and those of further cores follow. */
const SHARD_COUNT = 1;
/** Loading the code and making a certificate take a second on a slow machine; past this something hangs. */
const START_TIMEOUT_MS = 30_000;

export async function startNode(config: Config, options: { readonly log: Logger }): Promise<RunningNode> {
  const { log } = options;
  const events = new NodeEventBus();
  const warnings: string[] = [];
  const failed = Promise.withResolvers<string>();
  const record = (entry: object) => {
    const {
      level = 'info',
      message = '',
      ...fields
    } = entry as { level?: 'info' | 'warn' | 'error'; message?: string };
    log[level](fields, message);
    events.publishEntry(fields);
  };
  const advertised =
    config.media.addresses.length > 0 ? config.media.addresses : localAddresses({ loopback: 'always' });
  const workers = new Workers({
    clock: systemClock,
    settingsOf: shard => ({
      node: config.node.name,
      idc: config.node.idc,
      shard,
      port: config.media.port === 0 ? 0 : config.media.port + shard,
      listenAddresses: listenOn(advertised),
      advertisedAddresses: advertised,
      consentTimeoutMs: config.media.consentTimeoutMs,
    }),
    log: record,
    warn: warning => {
      warnings.push(warning);
      log.warn(warning);
    },
  });
  const system: ActorSystem = new ActorSystem({
    node: config.node.name,
    root: '',
    clock: systemClock,
    random: systemRandom,
    ports: {
      log: entry => record(entry as object),
      workers: (command, from) => workers.perform(system, command as StartWorker | StopWorkers, from),
      http: (command, from) => http.perform(command as HttpCommand, message => system.tell(from, message)),
    },
    log: record,
    onRootFailure: error => {
      log.fatal({ err: error }, 'the node has failed');
      failed.resolve(error instanceof Error ? error.message : String(error));
    },
  });
  const deps: GatewayDeps = {
    actors: system,
    node: config.node.name,
    idc: config.node.idc,
    roles: ['push', 'pull', 'gateway'],
    shards: SHARD_COUNT,
    version: await version(),
    startedAtMs: systemClock.wallMs(),
    config: {
      secrets: config.auth.secret === undefined ? [] : [config.auth.secret],
      corsOrigins: config.http.corsOrigins,
      trustProxy: config.http.trustProxy,
      processMetrics: true,
    },
    clock: systemClock,
    log,
    events,
    pages: pages(),
  };
  const http = new HttpFace(createApp(deps), config, systemClock, advertised);
  const stop = async () => {
    await system.stop();
    await http.closed();
    await workers.ended();
  };
  const report = await started(system, SHARD_COUNT, failed.resolve);
  if (report.type === 'node-failed') {
    await stop();
    throw new Error(report.reason);
  }
  return {
    url: report.url,
    addresses: advertised,
    mediaPorts: report.shards.map(({ candidates }) => candidates[0]!.port),
    warnings,
    failure: failed.promise,
    stop,
  };
}

/** Starts the node's root actor and waits for its word; what fails after that is told to `onFailure`. */
function started(
  system: ActorSystem,
  shardCount: number,
  onFailure: (reason: string) => void,
): Promise<NodeReport> {
  return new Promise((resolve, reject) => {
    const inbox = system.inbox(message => {
      const report = message as NodeReport;
      timeout.cancel();
      resolve(report);
      if (report.type === 'node-failed') onFailure(report.reason);
    });
    const timeout = systemClock.setTimer(START_TIMEOUT_MS, () => {
      reject(new Error(`the node was not up after ${START_TIMEOUT_MS / 1000} s`));
    });
    system.start('', nodeActor, { shardCount, reportTo: inbox.address });
  });
}

/**
 * Sockets are bound to single addresses, so that answers leave by the address that was asked. An advertised address that
 * is not the machine's own (behind a 1:1 NAT, as clouds have it) is reached by any of its own.
 */
function listenOn(advertised: readonly string[]): readonly string[] {
  const own = localAddresses({ loopback: 'always' });
  return advertised.every(address => own.includes(address)) ? advertised : own;
}

async function version(): Promise<string> {
  const text = await readFile(new URL('../package.json', import.meta.url), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}
