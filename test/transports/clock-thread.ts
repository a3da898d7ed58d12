/** A worker thread of the tests: says what time it is whenever it is asked. */
import { parentPort } from 'node:worker_threads';
import { systemClock } from '../../transports/clock.ts';

parentPort!.on('message', () => parentPort!.postMessage(systemClock.nowMs()));
