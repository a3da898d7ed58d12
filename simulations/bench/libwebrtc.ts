/** libwebrtc as a library, for clients that encode and decode like browsers. For development only, loaded when needed. */

/** No more of the library than the benches use; its own types leave out what is not standard. */
export interface Libwebrtc {
  readonly RTCPeerConnection: new () => Peer;
  readonly MediaStream: new (tracks: readonly MediaTrack[]) => object;
  readonly nonstandard: {
    readonly RTCVideoSource: new () => { createTrack(): MediaTrack; onFrame(frame: I420Frame): void };
    readonly RTCAudioSource: new () => { createTrack(): MediaTrack; onData(data: SoundData): void };
    readonly RTCVideoSink: new (
      track: MediaTrack,
    ) => { onframe: ((event: { readonly frame: I420Frame }) => void) | null };
    readonly RTCAudioSink: new (track: MediaTrack) => { ondata: (() => void) | null };
  };
}

export interface MediaTrack {
  readonly kind: 'audio' | 'video';
}

export interface I420Frame {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array;
}

/** Sound in pieces of 10 ms, which the library insists on. */
export interface SoundData {
  readonly samples: Int16Array;
  readonly sampleRate: number;
  readonly bitsPerSample: 16;
  readonly channelCount: number;
  readonly numberOfFrames: number;
}

export interface Description {
  readonly type: 'offer' | 'answer';
  readonly sdp: string;
}

export interface Peer {
  readonly connectionState: string;
  ontrack: ((event: { readonly track: MediaTrack }) => void) | null;
  addTransceiver(track: MediaTrack, init: object): object;
  createOffer(): Promise<Description>;
  createAnswer(): Promise<Description>;
  setLocalDescription(description: Description): Promise<void>;
  setRemoteDescription(description: Description): Promise<void>;
  readonly localDescription: Description | null;
  getStats(): Promise<ReadonlyMap<string, Statistics>>;
}

/** One report of W3C webrtc-stats: its type, and figures by their names. */
export type Statistics = Readonly<Record<string, unknown>>;

/** Rejects with a line that says what to install when the library is not there. */
export async function loadLibwebrtc(): Promise<Libwebrtc> {
  try {
    const library: { readonly default: unknown } = await import('@roamhq/wrtc');
    return library.default as Libwebrtc;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_MODULE_NOT_FOUND') throw error;
    throw new Error('the clients of this bench need @roamhq/wrtc: npm install --no-save @roamhq/wrtc');
  }
}

/**
 * The figures of the one stream of this type and kind of media; none while there is no such stream. Those about frames that
 * were shown stood with the track in older versions of the library, as the one for Node is.
 */
export async function statisticsOf(
  peer: Peer,
  type: 'inbound-rtp' | 'outbound-rtp',
  kind: 'audio' | 'video',
): Promise<Readonly<Record<string, number>>> {
  const reports = [...(await peer.getStats()).values()];
  const ofType = (name: string) => reports.find(one => one.type === name && one.kind === kind);
  return Object.fromEntries(
    Object.entries({ ...ofType('track'), ...ofType(type) }).filter(
      (entry): entry is [string, number] => typeof entry[1] === 'number',
    ),
  );
}

/** What each figure grew by; a figure that was not there counts from 0. */
export function growth(
  before: Readonly<Record<string, number>>,
  after: Readonly<Record<string, number>>,
): (name: string) => number {
  return name => (after[name] ?? 0) - (before[name] ?? 0);
}
