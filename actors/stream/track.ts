/** `track-<kind>`: owns the core through which one track of a stream passes; when that core faults, this crashes. */
import type { MediaKind } from '../../transports/rtp/codec.ts';
import { type CoreFault, media } from '../forwarding/commands.ts';
import type { Behaviour } from '../runtime/behaviour.ts';

export interface TrackArgs {
  readonly stream: string;
  readonly kind: MediaKind;
}

export const track: Behaviour<TrackArgs, TrackArgs, CoreFault> = {
  name: 'track',
  restart: 'always',
  start: args => [args, media({ do: 'open-track', ...args })],
  receive(state, message) {
    if (message.type === 'core-fault')
      throw new Error(`the ${state.kind} track's core threw: ${message.error}`);
    return [state];
  },
  stopped: state => [media({ do: 'close-track', ...state })],
};
