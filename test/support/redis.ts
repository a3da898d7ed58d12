/** A real redis-server on loopback, for tests: started, stopped and started again on the same port. */
import { type ChildProcess, spawn } from 'node:child_process';
import { tmpdir } from 'node:os';
import { createInterface } from 'node:readline';
import { freeTcpPorts } from '../../transports/free-ports.socket.ts';

export interface Redis {
  readonly url: string;
  /** Takes connections and answers nothing, until `resume`. */
  pause(): void;
  resume(): void;
  /** Ends it; nothing is kept. */
  stop(): Promise<void>;
  start(): Promise<void>;
}

export async function startRedis(password?: string): Promise<Redis> {
  const [port] = await freeTcpPorts(1, '127.0.0.1');
  let child: ChildProcess | undefined;
  const start = async () => {
    child = await launch(port!, password);
  };
  const stop = () =>
    new Promise<void>(resolve => {
      if (child === undefined || child.exitCode !== null || child.signalCode !== null) return resolve();
      child.once('exit', () => resolve());
      child.kill('SIGKILL');
    });
  await start();
  return {
    url: `redis://${password === undefined ? '' : `:${password}@`}127.0.0.1:${port}/1`,
    pause: () => child?.kill('SIGSTOP'),
    resume: () => child?.kill('SIGCONT'),
    stop,
    start,
  };
}

function launch(port: number, password: string | undefined): Promise<ChildProcess> {
  const settings = {
    port: String(port),
    bind: '127.0.0.1',
    save: '',
    appendonly: 'no',
    dir: tmpdir(),
    ...(password !== undefined && { requirepass: password }),
  };
  const args = Object.entries(settings).flatMap(([key, value]) => [`--${key}`, value]);
  const child = spawn('redis-server', args, { stdio: ['ignore', 'pipe', 'inherit'] });
  return new Promise((resolve, reject) => {
    const said: string[] = [];
    child.once('error', reject);
    child.once('exit', code => reject(new Error(`redis-server ended with ${code}: ${said.join('\n')}`)));
    createInterface({ input: child.stdout! }).on('line', line => {
      said.push(line);
      if (line.includes('Ready to accept connections')) resolve(child);
    });
  });
}
