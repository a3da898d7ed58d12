/**
 * `track-<kind>`: owns the core through which one track of a stream passes; when that core faults, this crashes. It hears
 * of the states of its forwarding control, and says so when nothing goes on for long: then a whole class sees it. It
 * passes on who speaks, and how long players should hold back.
 */
import type { MediaKind } from '../../transports/rtp/codec.ts';
import { type CoreFault, media, type TrackNotice } from '../forwarding/commands.ts';
import type { ControlState } from '../forwarding/control/forwarding-control.ts';
import { type Address, addressOf } from '../runtime/address.ts';
import type { Behaviour, Self, Step } from '../runtime/behaviour.ts';
import { cancel, type Effect, perform, tell, timer } from '../runtime/effects.ts';
import type { BufferTarget } from './messages.ts';

/** A gap that repairs or a keyframe fill is over by then; what lasts longer is worth a line in the log. */
const STALL_MS = 1000;

export interface TrackArgs {
  readonly stream: string;
  readonly kind: MediaKind;
}

interface TrackState extends TrackArgs {
  readonly control: ControlState;
  /** It was said that nothing goes on, and not yet that it does again. */
  readonly isStalled: boolean;
}

export const track: Behaviour<TrackArgs, TrackState, TrackNotice | CoreFault | { readonly type: 'stalled' }> =
  {
    name: 'track',
    restart: 'always',
    start: ({ stream, kind }) => [
      { stream, kind, control: 'forwarding', isStalled: false },
      media({ do: 'open-track', stream, kind }),
    ],
    receive(state, message, self) {
      switch (message.type) {
        case 'track-state':
          return changed(state, message.state);
        case 'speaking':
          return [state, speaking(state, message.isSpeaking)];
        case 'buffer-target':
          return [state, tell(streamOf(self), bufferTarget(state, message.targetMs))];
        case 'stalled':
          return [{ ...state, isStalled: true }, log(state, 'warn', 'track stalled', 'track-stalled')];
        case 'core-fault':
          throw new Error(`the ${state.kind} track's core threw: ${message.error}`);
        default:
          return [state];
      }
    },
    stopped: ({ stream, kind }) => [media({ do: 'close-track', stream, kind })],
  };

function changed(state: TrackState, control: ControlState): Step<TrackState> {
  if (control !== 'forwarding') {
    // From one way of not going on to another it is the same stall.
    const begins = state.control === 'forwarding';
    return [{ ...state, control }, ...(begins ? [timer('stalled', STALL_MS, { type: 'stalled' })] : [])];
  }
  return [
    { ...state, control, isStalled: false },
    cancel('stalled'),
    ...(state.isStalled ? [log(state, 'info', 'track goes on', 'track-resumed')] : []),
  ];
}

/** Often, and of use only to who listens: the events have it, the log at its finest. */
function speaking({ stream }: TrackState, isSpeaking: boolean): Effect {
  const message = isSpeaking ? 'publisher speaks' : 'publisher is silent';
  const event = isSpeaking ? 'speaking-started' : 'speaking-stopped';
  return perform('log', { level: 'debug', message, event, stream });
}

function bufferTarget({ stream }: TrackState, targetMs: number): BufferTarget {
  return { type: 'buffer-target', stream, targetMs };
}

/** The stream's actor is the parent of its tracks'. */
function streamOf({ address }: Self): Address {
  return addressOf(address.node, address.path.slice(0, address.path.lastIndexOf('/')));
}

function log(
  { stream, kind, control }: TrackState,
  level: 'info' | 'warn',
  message: string,
  event: 'track-stalled' | 'track-resumed',
): Effect {
  const why = event === 'track-stalled' ? { state: control } : {};
  return perform('log', { level, message, event, stream, track: kind, ...why });
}
