/** A cluster of processes on this machine: its keys, its ports, and its nodes, which are started again when they die. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '../../../transports/clock.ts';
import { freeTcpPorts, freeUdpPorts } from '../../../transports/free-ports.socket.ts';
import type { Terminal } from '../terminal.ts';
import {
  argumentsOf,
  type ClusterOptions,
  type NodePorts,
  type PlannedNode,
  relayAddress,
  stopStages,
} from './plan.ts';
import { startProcess } from './process.ts';
import { Supervisor } from './supervisor.ts';
import type { Placed } from './topology.ts';

/** The nodes find each other within a second of their start; past this the cluster is shown as it is. */
const JOIN_TIMEOUT_MS = 10_000;
const JOIN_POLL_MS = 100;

/** `httpPort` 0 is any that is free. */
export type ClusterWishes = Omit<ClusterOptions, 'keysFile'>;

export interface RunningClusterOptions extends ClusterWishes {
  readonly nodes: readonly PlannedNode[];
  /** For the keys, and for the nodes to run in: one without a zrtc.yaml. Its owner takes it away. */
  readonly folder: string;
  readonly clock: Clock;
  readonly env: Terminal['env'];
  readonly fetch: Terminal['fetch'];
  /** A line for the person at the terminal. */
  tell(line: string): void;
  /** A line of a node's log. */
  onLine(name: string, line: string): void;
}

export interface RunningCluster {
  /** Where the gateway is. */
  readonly url: string;
  readonly httpPort: number;
  /** The nodes with what they have been given; processes that have died and not come again have the pid that they had. */
  placed(): readonly Placed[];
  /** Resolves when the nodes are up and know each other, or have had their time; rejects when one does not come up. */
  start(): Promise<void>;
  /** Ends one after the other, in order. */
  stop(): Promise<void>;
  /** Ends all at once. */
  killAll(): void;
  /** `kill -9` of one, which is started again. */
  kill(name: string): void;
  /** How often it has come up again after it had died. */
  returnsOf(name: string): number;
  /** What comes to this node from other sites; only where there is a `link`, and until it is started again. */
  impair(name: string, impairment: string): void;
}

/** Makes keys and chooses ports; starts nothing. */
export async function prepareCluster(options: RunningClusterOptions): Promise<RunningCluster> {
  const { nodes, folder, clock, env } = options;
  const { formatClusterKeys, makeClusterKeys } = await import('../../../transports/zeromq/keys.ts');
  const keysFile = join(folder, 'cluster.key');
  await writeFile(keysFile, formatClusterKeys(makeClusterKeys()), { mode: 0o600 });
  // Drawn together: ports that are drawn one after the other may be the same.
  const [freePort, ...links] = await freeTcpPorts(nodes.length + 1, '127.0.0.1');
  const httpPort = options.httpPort === 0 ? freePort! : options.httpPort;
  const url = `http://127.0.0.1:${httpPort}`;
  const ports = await choosePorts(options, links);
  const schedulerPort = ports.get('scheduler')!.links;
  const supervisor = new Supervisor({
    clock,
    tell: options.tell,
    start: name =>
      startProcess({
        args: argumentsOf(nodes.find(node => node.name === name)!, ports.get(name)!, schedulerPort, {
          ...options,
          httpPort,
          keysFile,
        }),
        directory: folder,
        env,
        clock,
        onLine: line => options.onLine(name, line),
      }),
  });
  return {
    url,
    httpPort,
    placed: () =>
      nodes.map(node => ({ ...node, pid: supervisor.pidOf(node.name), ports: ports.get(node.name)! })),
    async start() {
      const names = nodes.map(({ name }) => name);
      await supervisor.start(['scheduler']);
      await supervisor.start(names.filter(name => name !== 'scheduler'));
      await joined(url, options);
    },
    stop: () => supervisor.stop(stopStages(nodes)),
    killAll: () => supervisor.killAll(),
    kill: name => supervisor.kill(name),
    returnsOf: name => supervisor.returnsOf(name),
    impair: (name, impairment) => supervisor.impair(name, impairment),
  };
}

/** They stay the same when a process is started again, so that the others find it where it was. */
async function choosePorts(
  { nodes, mediaAddresses, link }: RunningClusterOptions,
  links: readonly number[],
): Promise<ReadonlyMap<string, NodePorts>> {
  const count = nodes.length;
  const media = await freeUdpPorts(2 * count, mediaAddresses.split(',', 1)[0]!.trim()).catch(() =>
    // An address that is not the machine's own, behind a 1:1 NAT.
    freeUdpPorts(2 * count, '127.0.0.1'),
  );
  const relays = link === undefined ? media.slice(count) : undefined;
  const chosen = new Map<string, NodePorts>();
  for (const [i, node] of nodes.entries()) {
    const relay = relays?.[i] ?? (await freeUdpPorts(1, relayAddress(node, link)))[0]!;
    chosen.set(node.name, { links: links[i]!, media: media[i]!, relay });
  }
  return chosen;
}

/** Resolves when the scheduler knows all the nodes, or the time is over. */
async function joined(url: string, { nodes, clock, fetch }: RunningClusterOptions): Promise<void> {
  const endAtMs = clock.nowMs() + JOIN_TIMEOUT_MS;
  while (clock.nowMs() < endAtMs) {
    if ((await nodeCount(url, { clock, fetch })) >= nodes.length) return;
    await new Promise<void>(resolve => clock.setTimer(JOIN_POLL_MS, resolve));
  }
}

async function nodeCount(
  url: string,
  { clock, fetch }: Pick<RunningClusterOptions, 'clock' | 'fetch'>,
): Promise<number> {
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
