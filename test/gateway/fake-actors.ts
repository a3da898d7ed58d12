/** The actors as the gateway sees them: answers by message type, and a record of what was asked. */

import type { ShardLoads } from '../../actors/node/messages.ts';
import type { Opened, Refused, SessionReport, ShardReport, StreamReport } from '../../actors/protocol.ts';
import { type Address, addressOf } from '../../actors/runtime/address.ts';
import type { Message } from '../../actors/runtime/behaviour.ts';
import type { ActorsPort } from '../../gateway/actors-port.ts';

export interface Asked {
  readonly path: string;
  readonly message: Message & Record<string, unknown>;
}

type Reply = Message | Error | ((asked: Asked) => Message | Error);

export interface FakeActors extends ActorsPort {
  readonly asked: Asked[];
  /** Sends to every inbox that is open. */
  tell(message: Message & Record<string, unknown>): void;
  /** Every watched actor is gone. */
  down(): void;
  readonly inboxCount: number;
}

export const timeout = Object.assign(new Error('no answer'), { name: 'AskTimeout' });
export const notReachable = Object.assign(new Error('nobody there'), { name: 'NotReachable' });

/** `replies` by message type; what is not among them is answered as a node in order would. */
export function fakeActors(replies: Record<string, Reply> = {}): FakeActors {
  const asked: Asked[] = [];
  const inboxes = new Set<(message: Message) => void>();
  const watchers = new Set<() => void>();
  const all: Record<string, Reply> = { ...usual, ...replies };
  return {
    asked,
    ask: async <T extends Message>(to: Address, message: Message) => {
      const question = { path: to.path, message: message as Asked['message'] };
      asked.push(question);
      const reply = all[message.type]!;
      const answer = typeof reply === 'function' ? reply(question) : reply;
      if (answer instanceof Error) throw answer;
      return answer as T;
    },
    inbox(onMessage) {
      inboxes.add(onMessage);
      return { address: addressOf('node-1', '/inboxes/1'), close: () => void inboxes.delete(onMessage) };
    },
    watch(_address, onDown) {
      watchers.add(onDown);
      return { cancel: () => void watchers.delete(onDown) };
    },
    tell: message => {
      for (const listener of inboxes) listener(message);
    },
    down: () => {
      for (const watcher of watchers) watcher();
    },
    get inboxCount() {
      return inboxes.size;
    },
  };
}

const edge = { node: 'node-1', idc: 'north' };

export const openedPublisher: Opened = {
  type: 'opened',
  session: 'push-0-abc',
  stream: 'math-101',
  role: 'publisher',
  sdpType: 'answer',
  sdp: 'v=0\r\ns=answer\r\n',
  etag: 'ice-1',
  edge,
};

export const openedViewer = (sdpType: Opened['sdpType']): Opened => ({
  ...openedPublisher,
  session: 'pull-1-xyz',
  role: 'viewer',
  sdpType,
  sdp: `v=0\r\ns=${sdpType}\r\n`,
});

export const refused = (status: number, retryAfterSeconds?: number): Refused => ({
  type: 'refused',
  status,
  title: 'Refused for the test',
  detail: 'The test says no.',
  ...(retryAfterSeconds !== undefined && { retryAfterSeconds }),
});

export const sessionReport = (session: string, stream: string): SessionReport => ({
  session,
  stream,
  role: session.startsWith('push') ? 'publisher' : 'viewer',
  state: 'connected',
  explanation: 'media flows',
  createdAt: '2026-01-01T12:00:00.000Z',
  tracks: [],
  counters: {},
});

export const streamReport = (stream: string, more: Partial<StreamReport> = {}): StreamReport => ({
  stream,
  live: true,
  epoch: 1,
  bufferTargetMs: 0,
  viewers: 0,
  tracks: [],
  node: 'node-1',
  ...more,
});

export const shardReport = (shard: number, more: Partial<ShardReport> = {}): ShardReport => ({
  type: 'shard-report',
  shard,
  port: 7000 + shard,
  publishers: 0,
  viewers: 0,
  streams: [],
  counters: {},
  ...more,
});

const usual: Record<string, Reply> = {
  publish: openedPublisher,
  view: ({ message }) => openedViewer(message.offer === undefined ? 'offer' : 'answer'),
  'send-answer': { type: 'accepted' },
  trickle: { type: 'accepted' },
  close: { type: 'accepted' },
  listen: { type: 'accepted' },
  describe: ({ path }) => described(path.split('/').at(-1)!, 'math-101'),
  'describe-ended': {
    type: 'refused',
    status: 404,
    title: 'No such session',
    detail: 'It never was.',
  } as Refused,
  report: ({ path }) => shardReport(Number(path.split('-').at(-1))),
  'report-loads': { type: 'shard-loads', shards: [] } as ShardLoads,
};

export const described = (session: string, stream: string): Message & { session: SessionReport } => ({
  type: 'described',
  session: sessionReport(session, stream),
});
