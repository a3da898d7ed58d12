/** The nodes of a path, each a process of its own on loopback. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { freeTcpPorts } from '../../transports/free-ports.socket.ts';
import { ended, pause, within } from './child.ts';
import type { NodePlan, PathPlan } from './path-plans.ts';
import { boundTo } from './pinned.ts';

const program = new URL('../../gateway/zrtc.ts', import.meta.url).pathname;

/** Loading the code takes a second or two for each process, and they share the machine's cores. */
const START_TIMEOUT_MS = 60_000;
const POLL_MS = 50;
/** The node that schedules and takes the clients' calls; no media comes by it. */
const control: NodePlan = { name: 'control', idc: 'here', roles: 'scheduler,gateway' };

export interface NodeProcesses {
  /** Where the clients' calls go. */
  readonly url: string;
  /** Of the nodes' processes: in a cluster first of the one that schedules, then in the plan's order. */
  readonly pids: readonly number[];
  stop(): Promise<void>;
}

/** Of the settings of the place where a bench is started, those that are for its nodes too: which engine is measured. */
const PASSED_ON = ['ZRTC_ENGINE'];

/**
 * Resolves when all the nodes are up and know each other; when it rejects, none is left. `settings` are configuration keys
 * and their values for each of them; `cpus` are those that they run on, all that there are unless it is said.
 */
export async function startNodes(
  { nodes }: PathPlan,
  signal: AbortSignal,
  settings: Readonly<Record<string, string>> = {},
  cpus: readonly number[] = [],
): Promise<NodeProcesses> {
  const folder = await mkdtemp(join(tmpdir(), 'zrtc-bench-'));
  const children: ChildProcess[] = [];
  let isStopping = false;
  const run = (args: readonly string[]) => {
    // What was under way when it was stopped must not start another.
    if (isStopping) throw new Error('the nodes are being stopped');
    const isForNodes = (name: string) => !name.startsWith('ZRTC_') || PASSED_ON.includes(name);
    const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => isForNodes(name)));
    const [command, ...before] = cpus.length === 0 ? [process.execPath] : boundTo(cpus, process.execPath);
    const child = spawn(command!, [...before, program, ...args], {
      cwd: folder,
      env,
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    children.push(child);
    return child;
  };
  const stop = async () => {
    isStopping = true;
    await Promise.all(children.map(ended));
    await rm(folder, { recursive: true, force: true });
  };
  const start = async (): Promise<string> => {
    const [http, ...ports] = await freeTcpPorts(nodes.length + 2, '127.0.0.1');
    const url = `http://127.0.0.1:${http}`;
    const withHttp = { 'http.port': String(http) };
    if (nodes.length === 1) {
      await up(run(['up', ...flagsOf({ ...mediaSettings, ...settings, ...withHttp })]));
      return url;
    }
    const keysFile = join(folder, 'cluster.key');
    const [code] = await once(run(['keys', '--out', keysFile]), 'exit');
    if (code !== 0) throw new Error(`zrtc keys ended with ${code}`);
    const startNode = (plan: NodePlan, port: number, more: Readonly<Record<string, string>>) =>
      up(
        run([
          'node',
          ...flagsOf({
            ...clusterSettings(plan, keysFile, endpoint(port)),
            ...settings,
            ...plan.settings,
            ...more,
          }),
        ]),
      );
    await startNode(control, ports[0]!, withHttp);
    const joining = { 'cluster.join': endpoint(ports[0]!) };
    await Promise.all(nodes.map((plan, i) => startNode(plan, ports[i + 1]!, joining)));
    while (!isStopping && (await nodeCount(url)) < nodes.length + 1) await pause(POLL_MS);
    return url;
  };
  try {
    const url = await within('starting the nodes', START_TIMEOUT_MS, signal, start());
    // The one that made the keys is gone.
    const running = children.filter(({ exitCode }) => exitCode === null);
    return { url, pids: running.map(({ pid }) => pid!), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

const mediaSettings = { 'media.addresses': '127.0.0.1', 'media.port': '0', 'log.level': 'silent' };

function clusterSettings({ name, idc, roles }: NodePlan, keysFile: string, listen: string) {
  return {
    ...mediaSettings,
    'relay.port': '0',
    'cluster.keysFile': keysFile,
    'cluster.scheduler': control.name,
    'cluster.listen': listen,
    'node.name': name,
    'node.idc': idc,
    'node.roles': roles,
  };
}

function flagsOf(settings: Readonly<Record<string, string>>): readonly string[] {
  return Object.entries(settings).flatMap(([key, value]) => [`--${key}`, value]);
}

function endpoint(port: number): string {
  return `tcp://127.0.0.1:${port}`;
}

/** Resolves once the node has said that it is up. */
function up(child: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    const said: string[] = [];
    child.once('error', reject);
    child.once('exit', code => reject(new Error(`a node ended with ${code}: ${said.join('; ')}`)));
    createInterface({ input: child.stderr! }).on('line', line => {
      said.push(line);
      if (line.includes('is up')) resolve();
    });
  });
}

async function nodeCount(url: string): Promise<number> {
  const response = await fetch(`${url}/api/nodes`);
  if (!response.ok) return 0;
  return ((await response.json()) as { nodes: readonly unknown[] }).nodes.length;
}
