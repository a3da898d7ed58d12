/**
 * `stream-<id>`: who publishes the stream, who watches it. There while anybody does either; the newest publisher wins.
 */
import { media } from '../forwarding/commands.ts';
import type { Address } from '../runtime/address.ts';
import type { Behaviour, Down, Self, Step } from '../runtime/behaviour.ts';
import { type Effect, perform, spawn, stop, tell, unwatch, watch } from '../runtime/effects.ts';
import type {
  Published,
  PublishStream,
  Replaced,
  StreamActivity,
  Subscribe,
  Subscribed,
} from './messages.ts';
import { track } from './track.ts';

interface StreamState {
  readonly stream: string;
  /** Of the newest publication; 0 before the first. */
  readonly epoch: number;
  readonly publisher: Address | undefined;
  /** By the path of the viewer's session. */
  readonly viewers: ReadonlyMap<string, Address>;
}

export const streamActor: Behaviour<string, StreamState, PublishStream | Subscribe> = {
  name: 'stream',
  restart: 'always',
  start: stream => [
    { stream, epoch: 0, publisher: undefined, viewers: new Map() },
    spawn('track-audio', track, { stream, kind: 'audio' }),
    spawn('track-video', track, { stream, kind: 'video' }),
  ],
  receive(state, message, self) {
    switch (message.type) {
      case 'publish':
        return publish(state, message, self);
      case 'subscribe':
        return subscribe(state, message, self);
      case 'down':
        return leave(state, message);
      case 'answer':
      case 'no-answer':
        return [state];
      default:
        message satisfies never;
        return [state];
    }
  },
  stopped: state => (state.publisher === undefined ? [] : [media({ do: 'unpublish', stream: state.stream })]),
};

function publish(state: StreamState, message: PublishStream, self: Self): Step<StreamState> {
  // An epoch only grows, also when the stream's actor is a new one: hence the wall clock.
  const epoch = Math.max(state.epoch + 1, Math.floor(self.wallMs));
  const published: Published = { type: 'published', stream: self.address, epoch };
  const replaced: Replaced = { type: 'replaced' };
  const before = state.publisher;
  const takeOver: Effect[] =
    before === undefined || before.path === message.address.path
      ? []
      : [unwatch(before), tell(before, replaced)];
  return [
    { ...state, epoch, publisher: message.address },
    ...takeOver,
    watch(message.address),
    media({
      do: 'publish',
      session: message.session,
      stream: state.stream,
      epoch,
      publishedAt: new Date(self.wallMs).toISOString(),
    }),
    tell(message.replyTo, published),
    ...announce(state, true),
  ];
}

function subscribe(state: StreamState, message: Subscribe, self: Self): Step<StreamState> {
  const viewers = new Map(state.viewers).set(message.address.path, message.address);
  const subscribed: Subscribed = {
    type: 'subscribed',
    stream: self.address,
    live: state.publisher !== undefined,
  };
  return [{ ...state, viewers }, watch(message.address), tell(message.replyTo, subscribed)];
}

function leave(state: StreamState, { address }: Down): Step<StreamState> {
  const viewers = new Map(state.viewers);
  viewers.delete(address.path);
  const lostPublisher = state.publisher?.path === address.path;
  const next: StreamState = { ...state, viewers, publisher: lostPublisher ? undefined : state.publisher };
  const effects: Effect[] = lostPublisher
    ? [
        media({ do: 'unpublish', stream: state.stream }),
        perform('log', {
          level: 'info',
          message: 'stream has no publisher',
          event: 'stream-gone',
          stream: state.stream,
        }),
        ...announce(next, false),
      ]
    : [];
  const over = next.publisher === undefined && viewers.size === 0;
  return over ? [next, ...effects, stop()] : [next, ...effects];
}

function announce(state: StreamState, active: boolean): readonly Effect[] {
  const activity: StreamActivity = { type: 'stream-activity', active };
  return [...state.viewers.values()].map(viewer => tell(viewer, activity));
}
