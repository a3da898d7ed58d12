/** `zrtc cluster`: two sites of processes on this machine, to try a cluster with. */

import { mkdtemp, rm } from 'node:fs/promises';
import { isIP } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { parseImpairment } from '../../transports/udp/impaired.ts';
import { type FlagValues, UsageError } from './arguments.ts';
import { plannedNodes } from './cluster/plan.ts';
import { type ClusterWishes, prepareCluster } from './cluster/running-cluster.ts';
import { topologyText } from './cluster/topology.ts';
import type { Command } from './command.ts';
import { stopSignals } from './signals.ts';
import { EXIT, type Terminal } from './terminal.ts';

const DEFAULT_HTTP_PORT = 8080;
const logLevels = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'];

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
      return await serve(wishes, folder, terminal, Promise.race([first, hangUp]), second);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  },
};

function wishesOf(flags: FlagValues): ClusterWishes {
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
  wishes: ClusterWishes,
  folder: string,
  terminal: Terminal,
  stopAsked: Promise<string>,
  killAsked: Promise<string>,
): Promise<number> {
  const said = new Set<string>();
  const running = await prepareCluster({
    ...wishes,
    nodes: plannedNodes,
    folder,
    clock: terminal.clock,
    env: terminal.env,
    fetch: terminal.fetch,
    tell: line => terminal.tell(line),
    onLine(name, line) {
      const { warning } =
        /"msg":"(?<warning>(?:the kernel grants|relay\.impairment is) [^"]*)"/.exec(line)?.groups ?? {};
      // It is the same kernel for all of them, and the same line between all sites.
      if (warning !== undefined && said.has(warning)) return;
      if (warning !== undefined) said.add(warning);
      terminal.out(`${name} ${line}`);
    },
  });
  let isUp = false;
  const start = async () => {
    await running.start();
    isUp = true;
    const { url, httpPort } = running;
    terminal.tell(topologyText(running.placed(), { url, link: wishes.link, httpPort }));
  };
  const failure = await Promise.race([
    stopAsked.then(() => undefined),
    // Once it is up it runs until it is told to stop.
    start().then(
      () => stopAsked.then(() => undefined),
      (error: Error) => error,
    ),
  ]);
  if (failure !== undefined) terminal.tell(`zrtc: cannot start: ${failure.message}`);
  else if (isUp) terminal.tell('zrtc: stopping');
  void killAsked.then(() => running.killAll());
  await running.stop();
  return failure === undefined ? EXIT.done : EXIT.failed;
}
