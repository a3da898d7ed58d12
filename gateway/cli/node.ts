/** `zrtc node`: one node of a cluster, with the roles that it is given. */
import process from 'node:process';
import { ConfigError } from '../../actors/config/config-error.ts';
import { isToNode } from './cluster/process.ts';
import type { Command } from './command.ts';
import { configOf } from './config-flags.ts';
import { runNode, up } from './up.ts';

export const node: Command = {
  ...up,
  name: 'node',
  summary: 'Starts one node of a cluster, with the roles that it is given, and runs it until Ctrl-C.',
  usage: '--cluster.keysFile FILE [--config FILE] [--KEY VALUE ...]',
  examples: [
    'zrtc keys --out cluster.key',
    'zrtc node --cluster.keysFile cluster.key --node.name control --cluster.scheduler control --node.roles scheduler,gateway',
    'zrtc node --cluster.keysFile cluster.key --node.name edge-1 --node.roles push,pull --cluster.scheduler control \\',
    '    --cluster.join tcp://10.0.0.1:7200 --cluster.listen tcp://10.0.0.2:7200',
  ],
  async run(flags, terminal) {
    const config = configOf(flags, terminal);
    if (config.cluster.keysFile === undefined) {
      throw new ConfigError('cluster.keysFile: a node of a cluster needs its keys; zrtc keys makes them');
    }
    // Of those that zrtc cluster has started none outlives it.
    if (process.connected) process.once('disconnect', () => process.kill(process.pid, 'SIGTERM'));
    return runNode(config, terminal, running => {
      if (process.connected) process.on('message', word => isToNode(word) && running.impair(word.impairment));
    });
  },
};
