/**
 * The bench of uplinks: a publisher behind a line that loses packets, and what viewers get of it, with forwarding control on
 * and off. Nothing is lost behind the node: what viewers miss, the uplink or the node has kept from them.
 */
import { systemClock } from '../../transports/clock.ts';
import type { LinkSettings } from '../impairment.ts';
import { seededRandom } from '../seeded-random.ts';
import { type BadLine, openBadLine } from './bad-line.ts';
import { pause, within } from './child.ts';
import { type ClientProcess, startClient } from './client-process.ts';
import { startNodes } from './node-processes.ts';
import { pathPlans } from './path-plans.ts';
import type { ClientFigures } from './uplink-protocol.ts';
import {
  type Control,
  type Loss,
  type UplinkReport,
  type UplinkRun,
  uplinkReportOf,
} from './uplink-report.ts';

const clients = {
  publisher: new URL('./uplink-publisher.ts', import.meta.url),
  decoding: new URL('./uplink-viewer.ts', import.meta.url),
  raw: new URL('./uplink-raw-viewer.ts', import.meta.url),
};

/** Each way: to a server of another town and back, a round trip of some 50 ms. */
const LINE: LinkSettings = { delayMs: 25, jitterMs: 5 };
/** With loss, until bitrate, jitter buffers and estimates have settled; a run that only tries the bench gets less. */
const WARM_UP_MAX_SECONDS = 5;
/** For loading a library, ICE and DTLS, and a first frame. */
const CONNECT_TIMEOUT_MS = 20_000;
/** For asking a library for its figures while the machine is busy. */
const ANSWER_TIMEOUT_MS = 5_000;

export interface UplinkBenchOptions {
  readonly losses: readonly Loss[];
  readonly controls: readonly Control[];
  readonly runs: number;
  /** How long each run measures. */
  readonly seconds: number;
  /** Decides what the line loses: alike with control on and off, differently in each run. */
  readonly seed: number;
  /** Ends the bench, and every process of it. */
  readonly signal: AbortSignal;
  onProgress(line: string): void;
}

/** Rejects when a run fails, or `signal` says to stop; no process is left either way. */
export async function benchUplink(options: UplinkBenchOptions): Promise<UplinkReport> {
  const { losses, controls, runs, onProgress } = options;
  const done: UplinkRun[] = [];
  for (let round = 1; round <= runs; round += 1) {
    for (const loss of losses) {
      onProgress(
        `run ${round} of ${runs}: ${loss.loss} % lost${lossWords(loss)}, control ${controls.join(' and ')}`,
      );
      done.push(...(await runSideBySide(loss, round, options)));
    }
  }
  return uplinkReportOf(done);
}

/**
 * With forwarding control on and off at the same time, so that what else the machine does falls on both. Each of them is a
 * node and three clients, which together keep a third of a core busy.
 */
async function runSideBySide(
  loss: Loss,
  round: number,
  options: UplinkBenchOptions,
): Promise<readonly UplinkRun[]> {
  const failing = new AbortController();
  const signal = AbortSignal.any([options.signal, failing.signal]);
  const runs = options.controls.map(control => {
    const run = runOnce(loss, control, round, { ...options, signal });
    run.catch(error => failing.abort(error));
    return run;
  });
  // All have tidied up before the first failure is told.
  await Promise.allSettled(runs);
  failing.signal.throwIfAborted();
  return Promise.all(runs);
}

function lossWords({ burst, repairs }: Loss): string {
  return (burst === 1 ? '' : ` in bursts of ${burst}`) + (repairs === 'on' ? '' : ' for good');
}

async function runOnce(
  loss: Loss,
  control: Control,
  round: number,
  { seed, seconds, signal }: UplinkBenchOptions,
): Promise<UplinkRun> {
  signal.throwIfAborted();
  const nodes = await startNodes(pathPlans[0]!, signal, { 'media.forwardingControl': control });
  const random = seededRandom(seed).fork(`${loss.loss} ${loss.burst} ${round}`);
  const running: ClientProcess[] = [];
  let line: BadLine | undefined;
  try {
    line = await openBadLine({ toNode: LINE, fromNode: LINE, random, clock: systemClock });
    const bad = line;
    const options = { url: nodes.url, linePort: bad.port, repairs: loss.repairs };
    const start = async (client: keyof typeof clients) => {
      const started = startClient(clients[client], options, nodePort => bad.leadTo(nodePort));
      running.push(started);
      await within(`connecting the ${client} client`, CONNECT_TIMEOUT_MS, signal, started.connected);
    };
    await start('publisher');
    await Promise.all([start('decoding'), start('raw')]);
    bad.change({ ...LINE, ...lossSettings(loss) });
    const failed = Promise.race(running.map(client => client.failed));
    const passes = (what: string, ms: number) =>
      within(what, ms * 2, signal, Promise.race([failed, pause(ms)]));
    await passes('warming up', Math.min(WARM_UP_MAX_SECONDS, seconds) * 1000);
    const before = { ...bad.statistics };
    for (const client of running) client.begin();
    await passes('a run', seconds * 1000);
    const lost = bad.statistics.lost - before.lost;
    const sent = bad.statistics.offered - before.offered;
    const figures = await within(
      'asking for figures',
      ANSWER_TIMEOUT_MS,
      signal,
      Promise.all(running.map(client => client.end())),
    );
    return {
      ...loss,
      control,
      datagramsLost: lost,
      datagramsSent: sent,
      publisher: figuresOf(figures, 'publisher'),
      decoding: figuresOf(figures, 'decoding'),
      raw: figuresOf(figures, 'raw'),
    };
  } finally {
    await Promise.all(running.map(client => client.stop()));
    await line?.close();
    await nodes.stop();
  }
}

function lossSettings({ loss, burst }: Loss): LinkSettings {
  return { loss: loss / 100, ...(burst > 1 && loss > 0 && { burst }) };
}

function figuresOf<Name extends ClientFigures['client']>(
  all: readonly ClientFigures[],
  name: Name,
): Extract<ClientFigures, { client: Name }> {
  return all.find((one): one is Extract<ClientFigures, { client: Name }> => one.client === name)!;
}
