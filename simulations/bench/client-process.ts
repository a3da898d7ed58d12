/** A client of the bench of uplinks, from the bench's side: a process that is told when to begin and when to end. */
import { fork } from 'node:child_process';
import { ended } from './child.ts';
import type { ClientFigures, ClientOptions, FromClient, ToClient } from './uplink-protocol.ts';

export interface ClientProcess {
  readonly connected: Promise<void>;
  /** Rejects when the client fails, or ends by itself; never resolves. */
  readonly failed: Promise<never>;
  begin(): void;
  end(): Promise<ClientFigures>;
  /** Resolves once the process is gone. */
  stop(): Promise<void>;
}

export function startClient(
  program: URL,
  options: ClientOptions,
  onAnswered: (nodePort: number) => void,
): ClientProcess {
  const child = fork(program, [JSON.stringify(options)], { stdio: ['ignore', 'ignore', 'ignore', 'ipc'] });
  const connected = Promise.withResolvers<void>();
  const figures = Promise.withResolvers<ClientFigures>();
  const failed = Promise.withResolvers<never>();
  let isStopping = false;
  const fail = (reason: string) => {
    if (isStopping) return;
    for (const promise of [connected, figures, failed]) promise.reject(new Error(reason));
  };
  // Each of them may be the one that nobody waits for.
  for (const { promise } of [connected, figures, failed]) promise.catch(() => {});
  child.once('error', error => fail(error.message));
  child.once('exit', (code, signal) => fail(`a client ended with ${code ?? signal}`));
  child.on('message', (message: FromClient) => {
    if (message.kind === 'answered') onAnswered(message.nodePort);
    else if (message.kind === 'connected') connected.resolve();
    else if (message.kind === 'figures') figures.resolve(message.figures);
    else fail(message.reason);
  });
  const tell = (message: ToClient) => {
    if (child.connected) child.send(message);
  };
  return {
    connected: connected.promise,
    failed: failed.promise,
    begin: () => tell({ kind: 'begin' }),
    end() {
      tell({ kind: 'end' });
      return figures.promise;
    },
    stop() {
      isStopping = true;
      return ended(child);
    },
  };
}
