/** `shards`: supervises the worker threads, one a core; a dead one is started again without touching its siblings. */
import type { Address } from '../runtime/address.ts';
import type { Behaviour, Step } from '../runtime/behaviour.ts';
import { type Effect, perform, tell } from '../runtime/effects.ts';
import type { ShardFacts } from '../sessions/facts.ts';
import type {
  NotListening,
  ReportLoads,
  ShardLoaded,
  ShardLoads,
  ShardsReady,
  WhoIsReady,
  WorkerEnded,
  WorkerReady,
} from './messages.ts';
import { ShardChoice } from './shard-choice.ts';

/** One shard that dies this often has a fault that restarting does not cure: the node ends, and says so. */
const MAX_RESTARTS = 5;
const RESTART_WINDOW_MS = 60_000;

export interface ShardsArgs {
  readonly count: number;
  /** Who is told which shards are ready, whenever that changes. */
  readonly listeners: readonly Address[];
}

interface ShardsState extends ShardsArgs {
  readonly ready: ReadonlyMap<number, ShardFacts>;
  readonly restarts: readonly { readonly shard: number; readonly atMs: number }[];
  /** As the edges see them, but for what they have placed just now. Changed in place. */
  readonly loads: ShardChoice;
}

type ShardsMessage = WorkerReady | WorkerEnded | WhoIsReady | ShardLoaded | ReportLoads;

export const shards: Behaviour<ShardsArgs, ShardsState, ShardsMessage> = {
  name: 'shards',
  restart: 'never',
  start: args => [
    { ...args, ready: new Map(), restarts: [], loads: new ShardChoice() },
    ...Array.from({ length: args.count }, (_, shard) => perform('workers', { do: 'start', shard })),
  ],
  receive(state, message, self) {
    switch (message.type) {
      case 'worker-ready': {
        const next = { ...state, ready: new Map(state.ready).set(message.facts.shard, message.facts) };
        return [next, ...announce(next, self.nowMs)];
      }
      case 'worker-ended':
        return message.isFinal ? failed(state, message.reason) : restart(state, message, self.nowMs);
      case 'shard-loaded':
        state.loads.reported(self.nowMs, message.shard, message.load);
        return [state, ...state.listeners.map(listener => tell(listener, message))];
      case 'report-loads':
        return [state, tell(message.replyTo, shardLoads(state))];
      case 'who-is-ready':
        return [state, tell(message.replyTo, shardsReady(state))];
      default:
        return [state];
    }
  },
  stopped: () => [perform('workers', { do: 'stop-all' })],
};

function restart(state: ShardsState, { shard, reason }: WorkerEnded, nowMs: number): Step<ShardsState> {
  const recent = state.restarts.filter(({ atMs }) => nowMs - atMs < RESTART_WINDOW_MS);
  if (recent.filter(one => one.shard === shard).length >= MAX_RESTARTS) {
    return failed(state, `core shard ${shard} died ${MAX_RESTARTS + 1} times within a minute: ${reason}`);
  }
  const ready = new Map(state.ready);
  ready.delete(shard);
  const next = { ...state, ready, restarts: [...recent, { shard, atMs: nowMs }] };
  const entry = {
    level: 'error',
    message: 'core shard died and is started again',
    shard: String(shard),
    reason,
  };
  return [next, ...announce(next, nowMs), perform('log', entry), perform('workers', { do: 'start', shard })];
}

function failed(state: ShardsState, reason: string): Step<ShardsState> {
  const message: NotListening = { type: 'not-listening', reason };
  return [state, ...state.listeners.map(listener => tell(listener, message))];
}

function announce(state: ShardsState, nowMs: number): readonly Effect[] {
  state.loads.running(nowMs, state.count, [...state.ready.keys()]);
  return state.listeners.map(listener => tell(listener, shardsReady(state)));
}

function shardsReady({ count, ready }: ShardsState): ShardsReady {
  // In their order, whoever was up first: the first one's relay links are what other nodes are told.
  return { type: 'shards-ready', count, shards: [...ready.values()].sort((a, b) => a.shard - b.shard) };
}

function shardLoads({ loads, ready }: ShardsState): ShardLoads {
  const shards = loads.weighed().map(weighed => {
    const facts = ready.get(weighed.shard);
    return { ...weighed, port: facts?.candidates[0]?.port ?? 0 };
  });
  return { type: 'shard-loads', shards };
}
