/** SIGINT and SIGTERM: the first asks for an orderly stop, a second one for the end at once. */
import type { Terminal } from './terminal.ts';

/** npm passes on a Ctrl-C that the terminal has sent to the node already, so an echo is no second wish. */
const ECHO_MS = 300;

export interface StopSignals {
  readonly first: Promise<NodeJS.Signals>;
  readonly second: Promise<NodeJS.Signals>;
}

export function stopSignals(terminal: Terminal): StopSignals {
  const first = Promise.withResolvers<NodeJS.Signals>();
  const second = Promise.withResolvers<NodeJS.Signals>();
  let firstAtMs: number | undefined;
  terminal.onSignal(signal => {
    const nowMs = terminal.clock.nowMs();
    if (firstAtMs === undefined) {
      firstAtMs = nowMs;
      first.resolve(signal);
    } else if (nowMs - firstAtMs > ECHO_MS) {
      second.resolve(signal);
    }
  });
  return { first: first.promise, second: second.promise };
}
