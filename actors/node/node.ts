/** The root of a node: starts its children in order (shards, edges, gateway), and is stopped in the reverse. */
import type { Address } from '../runtime/address.ts';
import { addressOf } from '../runtime/address.ts';
import type { Behaviour } from '../runtime/behaviour.ts';
import { spawn, tell } from '../runtime/effects.ts';
import type { ShardFacts } from '../sessions/facts.ts';
import { edge } from './edge.ts';
import { gateway } from './gateway.ts';
import type { Listening, NodeReport, NotListening, ShardsReady } from './messages.ts';
import { shards } from './shards.ts';

export interface NodeArgs {
  readonly shardCount: number;
  /** Who is told that the node is up, or why it is not. */
  readonly reportTo: Address;
}

interface NodeState extends NodeArgs {
  readonly ready: readonly ShardFacts[];
  readonly gatewayStarted: boolean;
}

export const node: Behaviour<NodeArgs, NodeState, ShardsReady | Listening | NotListening> = {
  name: 'node',
  restart: 'never',
  start(args, self) {
    const at = (path: string) => addressOf(self.address.node, path);
    return [
      { ...args, ready: [], gatewayStarted: false },
      spawn('shards', shards, {
        count: args.shardCount,
        listeners: [at('/push-edge'), at('/pull-edge'), self.address],
      }),
      spawn('push-edge', edge('push-edge'), null),
      spawn('pull-edge', edge('pull-edge'), null),
    ];
  },
  receive(state, message, self) {
    switch (message.type) {
      case 'shards-ready': {
        const next = { ...state, ready: message.shards };
        if (state.gatewayStarted || message.shards.length < state.shardCount) return [next];
        return [{ ...next, gatewayStarted: true }, spawn('gateway', gateway, self.address)];
      }
      case 'listening': {
        const report: NodeReport = { type: 'node-ready', url: message.url, shards: state.ready };
        return [state, tell(state.reportTo, report)];
      }
      case 'not-listening': {
        const report: NodeReport = { type: 'node-failed', reason: message.reason };
        return [state, tell(state.reportTo, report)];
      }
      default:
        return [state];
    }
  },
};
