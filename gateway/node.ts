/** Puts a node together: the actor system, the worker threads of its cores, and its HTTP face. */

import { availableParallelism } from 'node:os';
import type { Logger } from 'pino';
import { type Config, isLoopback, MOST_CORES } from '../actors/config/schema.ts';
import { type Location, parseCoordinates } from '../actors/geo/location.ts';
import { NetworkTable, parseNetworkEntry } from '../actors/geo/network-table.ts';
import type { HttpCommand, NodeReport, StartWorker, StopWorkers } from '../actors/node/messages.ts';
import { type NodeArgs, node as nodeActor } from '../actors/node/node.ts';
import { Workers } from '../actors/node/workers.ts';
import { type Address, addressOf } from '../actors/runtime/address.ts';
import { ActorSystem } from '../actors/runtime/system.ts';
import type { ConnectPeer, Role } from '../actors/scheduler/messages.ts';
import type { RegistryCommand } from '../actors/scheduler/shared-messages.ts';
import { schedulingAddress, shardPath } from '../actors/sessions/facts.ts';
import type { EndSessions } from '../actors/sessions/sessions.ts';
import type { RelaySettings } from '../actors/shard/run-shard.ts';
import { stableHash } from '../actors/stable-hash.ts';
import { systemClock } from '../transports/clock.ts';
import { createShardMemories } from '../transports/memory/shard-memories.ts';
import { systemRandom } from '../transports/random.ts';
import { deriveLinkSecrets } from '../transports/relay/link-keys.ts';
import { localAddresses } from '../transports/udp/addresses.ts';
import { parseImpairment } from '../transports/udp/impaired.ts';
import {
  changeImpairment,
  type SharedImpairment,
  shareImpairment,
} from '../transports/udp/shared-impairment.ts';
import { type ClusterKeys, secretKeyBytes } from '../transports/zeromq/keys.ts';
import { createApp } from './app.ts';
import type { RunningNode } from './cli/running-node.ts';
import { readClusterKeys } from './cluster-keys.ts';
import { ClusterLinks } from './cluster-links.ts';
import { configWarnings } from './config-warnings.ts';
import type { GatewayDeps } from './deps.ts';
import { drained } from './draining.ts';
import { GeoFiles } from './geo/geo-files.ts';
import { locator } from './geo/locate.ts';
import { HttpFace } from './http/face.ts';
import { NodeEventBus } from './node-events.ts';
import { OpenedSessions } from './opened-sessions.ts';
import { RegistryStore } from './registry-store.ts';
import { StreamHolders } from './stream-holders.ts';
import { readVersion } from './version.ts';
import { pages } from './web/pages.ts';

/** The roles that carry media. */
const MEDIA_ROLES: readonly Role[] = ['push', 'pull', 'relay'];
/** Loading the code and making a certificate take a second on a slow machine; past this something hangs. */
const START_TIMEOUT_MS = 30_000;
/** A shard ends its sessions in milliseconds; past this the rest of the node is not to wait for it. */
const END_SESSIONS_TIMEOUT_MS = 1_000;
/** What clients and the log are told of why their sessions end. */
const STOP_REASON = 'the server is stopping';

export interface NodeOptions {
  readonly log: Logger;
  /** What the threads run in place of a core shard, in tests. */
  readonly workerEntry?: URL;
}

export async function startNode(config: Config, options: NodeOptions): Promise<RunningNode> {
  const { log, workerEntry } = options;
  const events = new NodeEventBus();
  const warnings: string[] = [];
  const warn = (warning: string) => {
    // Each shard says it, and again when it is started anew.
    if (warnings.includes(warning)) return;
    warnings.push(warning);
    log.warn(warning);
  };
  const failed = Promise.withResolvers<string>();
  const record = (entry: object) => {
    const {
      level = 'info',
      message = '',
      ...fields
    } = entry as { level?: 'debug' | 'info' | 'warn' | 'error'; message?: string };
    log[level](fields, message);
    events.publishEntry(fields);
  };
  const { roles } = config.node;
  const shardCount = shardCountOf(config);
  for (const warning of configWarnings(config, shardCount > 0)) warn(warning);
  const incarnation = Math.floor(systemClock.wallMs());
  const { keysFile } = config.cluster;
  const keys = keysFile === undefined ? undefined : await readClusterKeys(keysFile);
  const isClustered = keys !== undefined;
  const scheduler = schedulingAddress(config.node.name);
  const links = isClustered
    ? await ClusterLinks.open(
        { config, keys, incarnation, clock: systemClock, random: systemRandom, log: record },
        () => system,
      )
    : undefined;
  const registryUrl = config.node.roles.includes('scheduler') ? config.cluster.registry : undefined;
  const registry =
    keys === undefined || registryUrl === undefined
      ? undefined
      : new RegistryStore({
          url: registryUrl,
          keys,
          node: config.node.name,
          clock: systemClock,
          tell: (to, message) => system.tell(to, message),
        });
  const geoFiles = await GeoFiles.open(config.geo.files, systemClock, log);
  const networks = new NetworkTable(config.geo.networks.map(entry => parseNetworkEntry(entry)!));
  const advertised =
    config.media.addresses.length > 0 ? config.media.addresses : localAddresses({ loopback: 'always' });
  const line = config.relay.impairment === undefined ? undefined : parseImpairment(config.relay.impairment);
  const impairment = line && shareImpairment(line);
  const memories = shardCount > 1 ? createShardMemories(shardCount) : undefined;
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
      control: {
        forwardingControl: config.media.forwardingControl,
        audioReorderMs: config.media.audioReorderMs,
      },
      maxPublishKbps: config.media.maxPublishKbps,
      allowsPlainRtp: config.media.encryption === 'off',
      engine: config.media.engine,
      ...(memories !== undefined && { memories }),
      ...(isClustered && {
        relay: relayOf({ config, keys, shard, advertised, incarnation, scheduler, impairment }),
      }),
    }),
    log: record,
    ...(workerEntry !== undefined && { entry: workerEntry }),
    warn,
  });
  const system: ActorSystem = new ActorSystem({
    node: config.node.name,
    root: '',
    clock: systemClock,
    random: systemRandom,
    ports: {
      log: entry => record(entry as object),
      workers: (command, from) => workers.perform(system, command as StartWorker | StopWorkers, from),
      links: command => links?.perform(command as ConnectPeer),
      registry: (command, from) => registry?.perform(command as RegistryCommand, from),
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
    opened: new OpenedSessions(),
    holders: new StreamHolders(system, systemClock, config.node.name, config.node.idc),
    node: config.node.name,
    idc: config.node.idc,
    roles: isClustered ? roles : ['push', 'pull', 'gateway'],
    shards: shardCount,
    ...(isClustered && { scheduler }),
    version: await readVersion(),
    startedAtMs: systemClock.wallMs(),
    config: {
      secrets: config.auth.secret === undefined ? [] : [config.auth.secret],
      corsOrigins: config.http.corsOrigins,
      trustProxy: config.http.trustProxy,
      processMetrics: true,
    },
    locate: locator(networks, geoFiles),
    clock: systemClock,
    log,
    events,
    pages: pages(),
  };
  const http = new HttpFace(createApp(deps), config, systemClock, [
    ...advertised,
    ...localAddresses({ loopback: 'always' }),
  ]);
  const stop = async () => {
    const { drainSeconds } = config.node;
    if (drainSeconds > 0) {
      await drained(system, config.node.name, shardCount, drainSeconds * 1000, systemClock);
    }
    // Then, while there is still HTTP, over which their clients hear of it.
    await endSessions(system, config.node.name, shardCount);
    await system.stop();
    await http.closed();
    await workers.ended();
    await links?.close();
    registry?.close();
    geoFiles.close();
  };
  const place = links && {
    schedulers: preferredSchedulers(config).map(name => addressOf(name, '/scheduler')),
    hasRegistry: registry !== undefined,
    incarnation,
    idc: config.node.idc,
    location: locationOf(config),
    ...(config.http.publicUrl !== undefined && { http: config.http.publicUrl }),
    ...(config.node.maxMbps > 0 && { mostBitsPerSecond: config.node.maxMbps * 1e6 }),
    links: links.endpoint,
  };
  const args = {
    shardCount,
    roles: isClustered ? roles : standingAlone(roles),
    ...(place && { cluster: place }),
  };
  const report = await started(system, args, failed.resolve);
  if (report.type === 'node-failed') {
    await stop();
    throw new Error(report.reason);
  }
  // Only now is there somebody who wants to hear of a link.
  links?.join();
  return {
    url: report.url ?? '',
    addresses: advertised,
    mediaPorts: report.shards.map(({ candidates }) => candidates[0]!.port),
    warnings,
    failure: failed.promise,
    impair(text) {
      const wished = parseImpairment(text);
      if (impairment === undefined || wished === undefined)
        return log.warn({ impairment: text }, 'the link cannot be impaired like that');
      changeImpairment(impairment, wished);
    },
    stop,
  };
}

/** The node's own, as its configuration says. */
function locationOf({ node: { region, coordinates, isps } }: Config): Location {
  const at = coordinates === undefined ? undefined : parseCoordinates(coordinates);
  return { ...(region !== undefined && { region }), ...(at && { at }), ...(isps.length > 0 && { isps }) };
}

/** Nodes are spread over the schedulers, and one that is a scheduler itself asks nobody else while it can. */
function preferredSchedulers({ node, cluster }: Config): readonly string[] {
  const { scheduler: names } = cluster;
  const own = names.indexOf(node.name);
  const first = own < 0 ? stableHash(node.name) % names.length : own;
  return [...names.slice(first), ...names.slice(0, first)];
}

/** A core shard for each core that the node may use; none on a node that carries no media. */
function shardCountOf({ node, media }: Config): number {
  if (!node.roles.some(role => MEDIA_ROLES.includes(role))) return 0;
  return media.cores === 0 ? Math.min(MOST_CORES, availableParallelism()) : media.cores;
}

/** Ends every session, viewers before those they watch, and waits within the limit until their clients were told. */
async function endSessions(system: ActorSystem, node: string, shardCount: number): Promise<void> {
  const message: Omit<EndSessions, 'replyTo'> = { type: 'end-sessions', reason: STOP_REASON };
  const late = Promise.withResolvers<void>();
  const limit = systemClock.setTimer(END_SESSIONS_TIMEOUT_MS, late.resolve);
  const ended = async () => {
    for (const supervisor of ['pulls', 'pushes']) {
      const shards = Array.from({ length: shardCount }, (_, shard) =>
        system.ask(addressOf(node, `${shardPath(shard)}/${supervisor}`), message, END_SESSIONS_TIMEOUT_MS),
      );
      // A shard that is gone has no sessions left, and one that hangs is not waited for.
      await Promise.allSettled(shards);
    }
    // What the sessions had to say has come before those answers, and may still wait for its turn.
    await system.whenQuiet();
  };
  await Promise.race([ended(), late.promise]);
  limit.cancel();
}

/** Starts the node's root actor and waits for its word; what fails after that is told to `onFailure`. */
function started(
  system: ActorSystem,
  args: Omit<NodeArgs, 'reportTo'>,
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
    system.start('', nodeActor, { ...args, reportTo: inbox.address });
  });
}

/**
 * Sockets are bound to single addresses, so that answers leave by the address that was asked. An advertised address that
 * is not the machine's own (behind a 1:1 NAT, as clouds have it) is reached by any of its own.
 */
function listenOn(advertised: readonly string[]): readonly string[] {
  const own = localAddresses({ loopback: 'always' });
  return advertised.every(address => own.includes(address) || isLoopback(address)) ? advertised : own;
}

/** A node without a cluster schedules for nobody and relays nothing. */
function standingAlone(roles: readonly Role[]): readonly Role[] {
  return roles.filter(role => role !== 'scheduler' && role !== 'relay');
}

function relayOf({
  config,
  keys,
  shard,
  advertised,
  incarnation,
  scheduler,
  impairment,
}: {
  readonly config: Config;
  readonly keys: ClusterKeys;
  readonly shard: number;
  readonly advertised: readonly string[];
  readonly incarnation: number;
  readonly scheduler: Address;
  readonly impairment: SharedImpairment | undefined;
}): RelaySettings {
  const secret = secretKeyBytes(keys);
  const { port, address = advertised[0]!, mtu, maxMtu, maxKbps } = config.relay;
  const own = localAddresses({ loopback: 'always' });
  return {
    port: port === 0 ? 0 : port + shard,
    // Behind a 1:1 NAT the address that others use is not the machine's own.
    listenAddress: own.includes(address) || isLoopback(address) ? address : own[0]!,
    advertisedAddress: address,
    incarnation,
    secrets: deriveLinkSecrets(secret.server, secret.client),
    mtuBytes: mtu,
    mostMtuBytes: maxMtu,
    ...(maxKbps > 0 && { maxBitsPerSecond: 1_000 * maxKbps }),
    scheduler,
    ...(impairment && { impairment }),
  };
}
