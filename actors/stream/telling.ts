/** What those hear who watch a stream here, or wait for it. */
import type { Address } from '../runtime/address.ts';
import { type Effect, tell } from '../runtime/effects.ts';
import type { BufferTarget, StreamActivity, Subscribed } from './messages.ts';
import { actorOf, type StreamState } from './stream-state.ts';

/** Who waits hears whether the stream is live; `address` is the actor to hear of it from, if another one than this. */
export function answer(state: StreamState, live: boolean, address?: Address): readonly Effect[] {
  const subscribed: Subscribed = { type: 'subscribed', stream: address ?? actorOf(state), live };
  return state.waiting.map(replyTo => tell(replyTo, subscribed));
}

/** The stream comes, or does not any more. */
export function announce(state: StreamState, active: boolean): readonly Effect[] {
  const activity: StreamActivity = { type: 'stream-activity', stream: state.stream, active };
  return tellViewers(state, activity);
}

export function tellViewers(
  { viewers }: StreamState,
  message: StreamActivity | BufferTarget,
): readonly Effect[] {
  return [...viewers.values()].map(viewer => tell(viewer, message));
}
