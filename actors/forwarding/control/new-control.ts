/** The forwarding control of a track, by its kind and the node's settings. */
import type { MediaKind } from '../../../transports/rtp/codec.ts';
import { AudioControl } from './audio-control.ts';
import type { ControlSettings, ForwardingControl } from './forwarding-control.ts';
import { PassThrough } from './pass-through.ts';
import { VideoControl } from './video-control.ts';

export function newControl(kind: MediaKind, settings: ControlSettings): ForwardingControl {
  if (settings.forwardingControl === 'off') return new PassThrough();
  return kind === 'audio' ? new AudioControl(settings) : new VideoControl();
}
