#!/usr/bin/env node
/** The command line as a process. */
import process from 'node:process';
import { pino } from 'pino';
import { systemClock } from '../transports/clock.ts';
import { fetchFromNode } from './cli/fetch.socket.ts';
import { main } from './cli/main.ts';

process.exitCode = await main(process.argv.slice(2), {
  env: process.env,
  directory: process.cwd(),
  clock: systemClock,
  out: text => process.stdout.write(`${text}\n`),
  tell: text => process.stderr.write(`${text}\n`),
  openLog: level => pino({ level }),
  // Only `up` needs the node and all that it stands on; the other commands start without loading it.
  startNode: async (config, options) => (await import('./node.ts')).startNode(config, options),
  fetch: fetchFromNode,
  onSignal(listener) {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, listener);
  },
});
// What a stop could not end in time, such as a worker that hangs, must not hold the process.
process.exit();
