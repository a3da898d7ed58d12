/** Real processes on loopback, for tests: two schedulers on one Redis, a gateway, a push edge and a pull edge. */
import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freeTcpPorts } from '../../transports/free-ports.socket.ts';
import { type ClusterProcess, ended, finished, launch, program } from './cluster.ts';
import { type Redis, startRedis } from './redis.ts';

const names = ['scheduler-1', 'scheduler-2', 'gateway', 'push', 'pull'] as const;
type Name = (typeof names)[number];

const rolesOf: Readonly<Record<Name, string>> = {
  'scheduler-1': 'scheduler',
  'scheduler-2': 'scheduler',
  gateway: 'gateway',
  push: 'push,relay',
  pull: 'pull,relay',
};

export interface TwoSchedulers {
  readonly url: string;
  readonly redis: Redis;
  readonly processes: ReadonlyMap<Name, ClusterProcess>;
  /** As by `kill -9`; resolves when the process is gone. */
  kill(name: Name): Promise<void>;
  /** Starts it again, on the ports that it had. */
  start(name: Name): Promise<void>;
  stop(): Promise<void>;
}

export async function startTwoSchedulers(): Promise<TwoSchedulers> {
  const folder = await mkdtemp(join(tmpdir(), 'zrtc-schedulers-'));
  const keysFile = join(folder, 'cluster.key');
  const redis = await startRedis('a-password');
  const processes = new Map<Name, ClusterProcess>();
  const ports = await freeTcpPorts(names.length + 1, '127.0.0.1');
  const endpoint = (name: Name) => `tcp://127.0.0.1:${ports[names.indexOf(name)]}`;
  const http = ports.at(-1)!;
  const start = async (name: Name) => {
    const flags = {
      'cluster.keysFile': keysFile,
      'cluster.scheduler': 'scheduler-1,scheduler-2',
      'cluster.join': `${endpoint('scheduler-1')},${endpoint('scheduler-2')}`,
      'cluster.listen': endpoint(name),
      'media.addresses': '127.0.0.1',
      'media.cores': '1',
      'media.port': '0',
      'relay.port': '0',
      'http.port': String(http),
      'node.name': name,
      'node.idc': 'beijing',
      'node.roles': rolesOf[name],
      ...(rolesOf[name] === 'scheduler' && { 'cluster.registry': redis.url }),
    };
    const args = ['node', ...Object.entries(flags).flatMap(([key, value]) => [`--${key}`, value])];
    processes.set(name, await launch(name, args));
  };
  const stop = async () => {
    await Promise.all([...processes.values()].map(({ child }) => ended(child)));
    await redis.stop();
    await rm(folder, { recursive: true, force: true });
  };
  const kill = (name: Name) => {
    const { child } = processes.get(name)!;
    return new Promise<void>(resolve => {
      child.once('exit', () => resolve());
      child.kill('SIGKILL');
    });
  };
  try {
    await finished(spawn(process.execPath, [program, 'keys', '--out', keysFile], { stdio: 'ignore' }));
    await Promise.all(names.map(start));
    return { url: `http://127.0.0.1:${http}`, redis, processes, kill, start, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
