/** Real peers to negotiate with: libwebrtc and libdatachannel. */
import { fork } from 'node:child_process';

export type PeerRequest =
  /** Makes an offer of these sections. */
  | { readonly ask: 'offer'; readonly kinds: readonly string[]; readonly direction: string }
  /** Takes the answer to its offer; replies with the signalling state. */
  | { readonly ask: 'accept'; readonly sdp: string }
  /** Answers an offer. */
  | { readonly ask: 'answer'; readonly sdp: string };

export interface PeerReply {
  readonly sdp?: string;
  readonly state?: string;
  readonly error?: string;
}

export type NativeLibrary = 'libwebrtc' | 'libdatachannel';

/** Runs `use` with a fresh peer; what it cannot do is thrown in its own words. */
export async function withPeer<T>(
  library: NativeLibrary,
  use: (ask: (request: PeerRequest) => Promise<string>) => Promise<T>,
): Promise<T> {
  const child = fork(new URL('./native-peer.process.ts', import.meta.url), [library], { execArgv: [] });
  try {
    return await use(async request => {
      child.send(request);
      const reply = await new Promise<PeerReply>((resolve, reject) => {
        child.once('message', message => resolve(message as PeerReply));
        child.once('exit', code => reject(new Error(`${library} ended with ${code}`)));
      });
      if (reply.error !== undefined) throw new Error(reply.error);
      return reply.sdp ?? reply.state ?? '';
    });
  } finally {
    child.removeAllListeners();
    child.kill('SIGKILL');
  }
}

type Peer = (request: PeerRequest) => Promise<PeerReply>;

/** What is used of libwebrtc's peer connection; the package's own types need those of a browser. */
interface LibwebrtcPeer {
  addTransceiver(kind: string, init: { direction: string }): void;
  createOffer(): Promise<{ type: string; sdp: string }>;
  createAnswer(): Promise<{ type: string; sdp: string }>;
  setLocalDescription(description: { type: string; sdp: string }): Promise<void>;
  setRemoteDescription(description: { type: string; sdp: string }): Promise<void>;
  readonly signalingState: string;
}

export async function loadLibwebrtc(): Promise<Peer> {
  const { default: wrtc } = (await import('@roamhq/wrtc')) as unknown as {
    default: { RTCPeerConnection: new () => LibwebrtcPeer };
  };
  const peer = new wrtc.RTCPeerConnection();
  return async request => {
    switch (request.ask) {
      case 'offer': {
        for (const kind of request.kinds) peer.addTransceiver(kind, { direction: request.direction });
        const offer = await peer.createOffer();
        await peer.setLocalDescription(offer);
        return { sdp: offer.sdp };
      }
      case 'accept':
        await peer.setRemoteDescription({ type: 'answer', sdp: request.sdp });
        return { state: peer.signalingState };
      case 'answer': {
        await peer.setRemoteDescription({ type: 'offer', sdp: request.sdp });
        const answer = await peer.createAnswer();
        await peer.setLocalDescription(answer);
        return { sdp: answer.sdp };
      }
    }
  };
}

export async function loadLibdatachannel(): Promise<Peer> {
  const { PeerConnection } = await import('node-datachannel');
  const peer = new PeerConnection('peer', { iceServers: [] });
  peer.onTrack(() => {});
  return request =>
    new Promise((resolve, reject) => {
      if (request.ask !== 'answer') return reject(new Error('libdatachannel only answers here'));
      peer.onLocalDescription(sdp => resolve({ sdp }));
      peer.setRemoteDescription(request.sdp, 'offer');
    });
}
