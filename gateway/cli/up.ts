/** `zrtc up`: one node with every role, until it is told to stop. */
import type { Logger } from 'pino';
import { redactConfig } from '../../actors/config/load.ts';
import type { Config } from '../../actors/config/schema.ts';
import { bannerOf } from './banner.ts';
import type { Command } from './command.ts';
import { configFileFlag, configOf, keyFlags, keyLines, shortFlags } from './config-flags.ts';
import { nodeRunningAs } from './node-running.ts';
import type { RunningNode } from './running-node.ts';
import { stopSignals } from './signals.ts';
import { failureOf } from './start-failure.ts';
import { EXIT, type Terminal } from './terminal.ts';

/** A stop that takes longer, besides draining, hangs; clients find out by themselves that the node is gone. */
const STOP_TIMEOUT_MS = 10_000;

export const up: Command = {
  name: 'up',
  summary: 'Starts a node with every role, and runs it until Ctrl-C.',
  usage: '[--config FILE] [--KEY VALUE ...]',
  flags: [configFileFlag, ...shortFlags],
  flagsInNotes: keyFlags,
  examples: [
    'zrtc up',
    'zrtc up --http.port 8081 --log.level debug',
    'zrtc up --host 0.0.0.0 --tls --auth.secretFile secret.txt',
  ],
  notes: [
    'Keys, each of them also a flag (--http.port 8081), a variable (ZRTC_HTTP_PORT=8081) and a key of',
    'zrtc.yaml (http: {port: 8081}). A flag is stronger than a variable, a variable than the file:',
    ...keyLines(),
  ],
  run: (flags, terminal) => runNode(configOf(flags, terminal), terminal),
};

/** Runs a node until it is told to stop; a second signal ends it at once. */
export function runNode(
  config: Config,
  terminal: Terminal,
  onStarted: (node: RunningNode) => void = () => {},
): Promise<number> {
  const { first, second } = stopSignals(terminal);
  return Promise.race([serve(config, first, terminal, onStarted), second.then(() => EXIT.failed)]);
}

async function serve(
  config: Config,
  stopAsked: Promise<string>,
  terminal: Terminal,
  onStarted: (node: RunningNode) => void,
): Promise<number> {
  const log = terminal.openLog(config.log.level);
  log.debug({ config: redactConfig(config) }, 'configuration');
  let node: RunningNode;
  try {
    node = await terminal.startNode(config, { log });
  } catch (error) {
    log.debug({ err: error }, 'start failed');
    const failure = failureOf(error);
    const other = / in use\b/.test(failure) ? await nodeRunningAs(config, terminal) : undefined;
    terminal.tell(`zrtc: cannot start: ${failure}${other === undefined ? '' : `; perhaps because ${other}`}`);
    return EXIT.failed;
  }
  terminal.tell(bannerOf(config, node));
  onStarted(node);
  const failure = await Promise.race([
    stopAsked.then(signal => log.info({ signal }, 'stopping')),
    node.failure,
  ]);
  if (typeof failure === 'string') terminal.tell(`zrtc: cannot go on: ${failure}`);
  const code = await Promise.race([stopped(node, log, terminal), tooLate(terminal, config)]);
  return typeof failure === 'string' ? EXIT.failed : code;
}

async function stopped(node: RunningNode, log: Logger, terminal: Terminal): Promise<number> {
  try {
    await node.stop();
    log.info('stopped');
    return EXIT.done;
  } catch (error) {
    terminal.tell(`zrtc: did not stop cleanly: ${failureOf(error)}`);
    return EXIT.failed;
  }
}

function tooLate(terminal: Terminal, { node }: Config): Promise<number> {
  const limitMs = STOP_TIMEOUT_MS + node.drainSeconds * 1000;
  return new Promise(resolve => {
    terminal.clock.setTimer(limitMs, () => {
      terminal.tell(`zrtc: not everything had stopped after ${limitMs / 1000} seconds; gave up`);
      resolve(EXIT.failed);
    });
  });
}
