/** `zrtc cluster`: two sites of processes on this machine, to try a cluster with. */

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { isIP } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { freeTcpPorts, freeUdpPorts } from '../../transports/free-ports.socket.ts';
import { parseImpairment } from '../../transports/udp/impaired.ts';
import { type FlagValues, UsageError } from './arguments.ts';
import {
  argumentsOf,
  type ClusterOptions,
  type NodePorts,
  plannedNodes,
  relayAddress,
  stopStages,
} from './cluster/plan.ts';
import { startProcess } from './cluster/process.ts';
import { Supervisor } from './cluster/supervisor.ts';
import { topologyText } from './cluster/topology.ts';
import type { Command } from './command.ts';
import { stopSignals } from './signals.ts';
import { EXIT, type Terminal } from './terminal.ts';

const DEFAULT_HTTP_PORT = 8080;
const logLevels = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'];
/** The nodes find each other within a second of their start; past this the cluster is shown as it is. */
const JOIN_TIMEOUT_MS = 10_000;
const JOIN_POLL_MS = 100;

export const cluster: Command = {
  name: 'cluster',
  summary: 'Starts a cluster of two sites on this machine, to try it, and runs it until Ctrl-C.',
  usage: '[--http.port PORT] [--link delay=MS,loss=PERCENT,jitter=MS]',
  flags: [
    { name: 'http.port', placeholder: 'PORT', description: 'the TCP port of the gateway, by default 8080' },
    {
      name: 'link',
      placeholder: 'LINK',
      description: 'impairs the link between the sites, each way: delay=30,loss=2 (Linux)',
    },
    {
      name: 'media.addresses',
      placeholder: 'ADDRESSES',
      description: 'the IP addresses to tell clients, with commas between them; by default 127.0.0.1',
    },
    {
      name: 'log.level',
      placeholder: 'LEVEL',
      description: 'the least level that is written, by default warn',
    },
  ],
  examples: ['zrtc cluster', 'zrtc cluster --link delay=30,loss=2 --http.port 8081'],
  notes: [
    'The sites are beijing and guangzhou, each with push, relay and pull processes; one scheduler and one gateway',
    'serve both. A process that dies is started again. Settings of zrtc.yaml and ZRTC_* variables are not read.',
  ],
  async run(flags, terminal) {
    const wishes = wishesOf(flags);
    // A terminal or pipe that is gone must not keep the nodes from being stopped in order.
    for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {});
    const { first, second } = stopSignals(terminal);
    const hangUp = new Promise<string>(resolve => process.once('SIGHUP', resolve));
    const folder = await mkdtemp(join(tmpdir(), 'zrtc-cluster-'));
    try {
      const options = { ...wishes, keysFile: join(folder, 'cluster.key') };
      return await serve(options, folder, terminal, Promise.race([first, hangUp]), second);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  },
};

function wishesOf(flags: FlagValues): Omit<ClusterOptions, 'keysFile'> {
  const {
    'http.port': httpPort = String(DEFAULT_HTTP_PORT),
    link,
    'media.addresses': mediaAddresses = '127.0.0.1',
    'log.level': logLevel = 'warn',
  } = flags;
  if (link !== undefined && parseImpairment(link) === undefined) {
    throw new UsageError(`--link must be such as delay=30,loss=2,jitter=5 (ms and percent), not '${link}'`);
  }
  if (!/^\d{1,5}$/.test(httpPort) || Number(httpPort) > 65_535) {
    throw new UsageError(`--http.port must be a whole number from 0 to 65535, not '${httpPort}'`);
  }
  if (!mediaAddresses.split(',').every(address => isIP(address.trim()) !== 0)) {
    throw new UsageError(`--media.addresses must be a list of IP addresses, not '${mediaAddresses}'`);
  }
  if (!logLevels.includes(logLevel)) {
    throw new UsageError(`--log.level must be one of ${logLevels.join(', ')}, not '${logLevel}'`);
  }
  return { httpPort: Number(httpPort), mediaAddresses, logLevel, link };
}

async function serve(
  given: ClusterOptions,
  folder: string,
  terminal: Terminal,
  stopAsked: Promise<string>,
  killAsked: Promise<string>,
): Promise<number> {
  const { formatClusterKeys, makeClusterKeys } = await import('../../transports/zeromq/keys.ts');
  await writeFile(given.keysFile, formatClusterKeys(makeClusterKeys()), { mode: 0o600 });
  // Drawn together: ports that are drawn one after the other may be the same.
  const [freePort, ...links] = await freeTcpPorts(plannedNodes.length + 1, '127.0.0.1');
  const options = { ...given, httpPort: given.httpPort === 0 ? freePort! : given.httpPort };
  const ports = await choosePorts(options, links);
  const schedulerPort = ports.get('scheduler')!.links;
  const said = new Set<string>();
  let isUp = false;
  const supervisor = new Supervisor({
    clock: terminal.clock,
    tell: line => terminal.tell(line),
    start: name =>
      startProcess({
        args: argumentsOf(
          plannedNodes.find(node => node.name === name)!,
          ports.get(name)!,
          schedulerPort,
          options,
        ),
        directory: folder,
        env: terminal.env,
        clock: terminal.clock,
        onLine(line) {
          const { warning } = /"msg":"(?<warning>the kernel grants [^"]*)"/.exec(line)?.groups ?? {};
          // It is the same kernel for all of them.
          if (warning !== undefined && said.has(warning)) return;
          if (warning !== undefined) said.add(warning);
          terminal.out(`${name} ${line}`);
        },
      }),
  });
  const url = `http://127.0.0.1:${options.httpPort}`;
  const running = async () => {
    const names = plannedNodes.map(({ name }) => name);
    await supervisor.start(['scheduler']);
    await supervisor.start(names.filter(name => name !== 'scheduler'));
    await joined(url, terminal);
    const placed = plannedNodes.map(node => ({
      ...node,
      pid: supervisor.pidOf(node.name),
      ports: ports.get(node.name)!,
    }));
    isUp = true;
    terminal.tell(topologyText(placed, { url, link: options.link, httpPort: options.httpPort }));
  };
  const failure = await Promise.race([
    stopAsked.then(() => undefined),
    // Once it is up it runs until it is told to stop.
    running().then(
      () => stopAsked.then(() => undefined),
      (error: Error) => error,
    ),
  ]);
  if (failure !== undefined) terminal.tell(`zrtc: cannot start: ${failure.message}`);
  else if (isUp) terminal.tell('zrtc: stopping');
  void killAsked.then(() => supervisor.kill());
  await supervisor.stop(stopStages);
  return failure === undefined ? EXIT.done : EXIT.failed;
}

/** They stay the same when a process is started again, so that the others find it where it was. */
async function choosePorts(
  { mediaAddresses, link }: ClusterOptions,
  links: readonly number[],
): Promise<ReadonlyMap<string, NodePorts>> {
  const count = plannedNodes.length;
  const media = await freeUdpPorts(2 * count, mediaAddresses.split(',', 1)[0]!.trim()).catch(() =>
    // An address that is not the machine's own, behind a 1:1 NAT.
    freeUdpPorts(2 * count, '127.0.0.1'),
  );
  const relays = link === undefined ? media.slice(count) : undefined;
  const chosen = new Map<string, NodePorts>();
  for (const [i, node] of plannedNodes.entries()) {
    const relay = relays?.[i] ?? (await freeUdpPorts(1, relayAddress(node, link)))[0]!;
    chosen.set(node.name, { links: links[i]!, media: media[i]!, relay });
  }
  return chosen;
}

/** Resolves when the scheduler knows all the nodes, or the time is over. */
async function joined(url: string, terminal: Terminal): Promise<void> {
  const { clock } = terminal;
  const endAtMs = clock.nowMs() + JOIN_TIMEOUT_MS;
  while (clock.nowMs() < endAtMs) {
    if ((await nodeCount(url, terminal)) >= plannedNodes.length) return;
    await new Promise<void>(resolve => clock.setTimer(JOIN_POLL_MS, resolve));
  }
}

async function nodeCount(url: string, { clock, fetch }: Terminal): Promise<number> {
  const late = new AbortController();
  const limit = clock.setTimer(JOIN_TIMEOUT_MS, () => late.abort());
  try {
    const response = await fetch(new URL('/api/nodes', url), { headers: {}, signal: late.signal });
    const { nodes } = (await response.json()) as { readonly nodes: readonly unknown[] };
    return nodes.length;
  } catch {
    return 0;
  } finally {
    limit.cancel();
  }
}
