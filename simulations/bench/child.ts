/** Processes that a bench starts, and surely ends. */
import type { ChildProcess } from 'node:child_process';
import { type Clock, systemClock } from '../../transports/clock.ts';

/** A node ends its sessions within a second; one that takes longer hangs. */
const STOP_TIMEOUT_MS = 5_000;

/** Resolves once the process is gone: asked to stop first, and killed when that takes too long. */
export function ended(child: ChildProcess): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null)
    return Promise.resolve();
  return new Promise(resolve => {
    const limit = systemClock.setTimer(STOP_TIMEOUT_MS, () => child.kill('SIGKILL'));
    child.once('exit', () => {
      limit.cancel();
      resolve();
    });
    child.kill('SIGTERM');
  });
}

/**
 * What `work` resolves to, or a rejection when that takes longer than `limitMs`, or when `signal` says to stop. The work
 * itself goes on: its owner ends what it runs in.
 */
export function within<T>(what: string, limitMs: number, signal: AbortSignal, work: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const stop = () => reject(signal.reason);
    const limit = systemClock.setTimer(limitMs, () =>
      reject(new Error(`${what} took longer than ${limitMs / 1000} s`)),
    );
    const tidy = () => {
      limit.cancel();
      signal.removeEventListener('abort', stop);
    };
    signal.addEventListener('abort', stop);
    if (signal.aborted) stop();
    work.then(resolve, reject).finally(tidy);
  });
}

export function pause(ms: number): Promise<void> {
  return new Promise(resolve => systemClock.setTimer(ms, resolve));
}

/** The same, until `until` says to stop; false then. */
export function waited(durationMs: number, until: AbortSignal, clock: Clock = systemClock): Promise<boolean> {
  return new Promise(resolve => {
    if (until.aborted) return resolve(false);
    const done = () => {
      timer.cancel();
      until.removeEventListener('abort', done);
      resolve(!until.aborted);
    };
    const timer = clock.setTimer(durationMs, done);
    until.addEventListener('abort', done);
  });
}
