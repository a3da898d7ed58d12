/** A small cluster of real processes on loopback, for tests: two sites, and a scheduler and a gateway between them. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { freeTcpPorts } from '../../transports/free-ports.socket.ts';

export const program = new URL('../../gateway/zrtc.ts', import.meta.url).pathname;

export interface ClusterProcess {
  readonly name: string;
  readonly child: ChildProcess;
  /** The lines of its log, parsed. */
  readonly log: Record<string, unknown>[];
}

export interface Cluster {
  readonly url: string;
  readonly processes: ReadonlyMap<string, ClusterProcess>;
  stop(): Promise<void>;
}

interface Plan {
  readonly name: string;
  readonly idc: string;
  readonly roles: string;
}

const edges: readonly Plan[] = [
  { name: 'bj-push', idc: 'beijing', roles: 'push' },
  { name: 'bj-relay', idc: 'beijing', roles: 'relay' },
  { name: 'gz-relay', idc: 'guangzhou', roles: 'relay' },
  { name: 'gz-pull', idc: 'guangzhou', roles: 'pull' },
];

/** Starts five nodes, on ports that are free. */
export async function startCluster(): Promise<Cluster> {
  const folder = await mkdtemp(join(tmpdir(), 'zrtc-cluster-'));
  const keysFile = join(folder, 'cluster.key');
  const processes = new Map<string, ClusterProcess>();
  const [http, ...ports] = await freeTcpPorts(edges.length + 2, '127.0.0.1');
  const endpoint = (index: number) => `tcp://127.0.0.1:${ports[index]}`;
  const start = async ({ name, idc, roles }: Plan, index: number, more: readonly string[]) => {
    const flags = {
      'cluster.keysFile': keysFile,
      'cluster.scheduler': 'control',
      'cluster.listen': endpoint(index),
      'media.addresses': '127.0.0.1',
      'media.port': '0',
      'relay.port': '0',
      'node.name': name,
      'node.idc': idc,
      'node.roles': roles,
    };
    const args = ['node', ...Object.entries(flags).flatMap(([key, value]) => [`--${key}`, value]), ...more];
    processes.set(name, await launch(name, args));
  };
  const stop = async () => {
    await Promise.all([...processes.values()].map(({ child }) => ended(child)));
    await rm(folder, { recursive: true, force: true });
  };
  try {
    await finished(spawn(process.execPath, [program, 'keys', '--out', keysFile], { stdio: 'ignore' }));
    await start({ name: 'control', idc: 'beijing', roles: 'scheduler,gateway' }, 0, [
      '--http.port',
      String(http),
    ]);
    await Promise.all(edges.map((plan, i) => start(plan, i + 1, ['--cluster.join', endpoint(0)])));
    return { url: `http://127.0.0.1:${http}`, processes, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Starts `zrtc` with these arguments. Resolves once the node has said that it is up. */
export function launch(name: string, args: readonly string[]): Promise<ClusterProcess> {
  const child = spawn(process.execPath, [program, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  const log: Record<string, unknown>[] = [];
  createInterface({ input: child.stdout! }).on('line', line => log.push(parsed(line)));
  return new Promise((resolve, reject) => {
    const said: string[] = [];
    child.once('exit', code => reject(new Error(`${name} ended with ${code}: ${said.join('\n')}`)));
    createInterface({ input: child.stderr! }).on('line', line => {
      said.push(line);
      if (line.includes('is up')) resolve({ name, child, log });
    });
  });
}

function parsed(line: string): Record<string, unknown> {
  try {
    return JSON.parse(line) as Record<string, unknown>;
  } catch {
    return { msg: line };
  }
}

export function finished(child: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    child.once('exit', code => (code === 0 ? resolve() : reject(new Error(`ended with ${code}`))));
  });
}

export function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  return new Promise(resolve => {
    child.once('exit', () => resolve());
    child.kill('SIGTERM');
  });
}
