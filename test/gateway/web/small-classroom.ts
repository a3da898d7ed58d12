/** A gateway that carries media: each stream goes from its publisher to its viewers through peers of werift's. */
import { type MediaStreamTrack, RTCPeerConnection, useOPUS, useVP8 } from 'werift';
import { type Heard, problem, type Said, type StubGateway, stubGateway } from './stub-gateway.ts';

export interface SmallClassroom {
  readonly gateway: StubGateway;
  /** SDP as the pages sent it, in order. */
  readonly descriptions: readonly string[];
  close(): Promise<void>;
}

interface Live {
  readonly publisher: RTCPeerConnection;
  readonly tracks: MediaStreamTrack[];
}

const sdpType = { 'Content-Type': 'application/sdp' };

interface Wishes {
  /** To a WHEP player's offer the server answers with its own. */
  readonly whepOffers?: boolean;
  /** What the server says of a session; 404 where it leaves that undefined. */
  readonly report?: (session: string) => Said | undefined;
}

export async function smallClassroom({
  whepOffers = false,
  report = () => undefined,
}: Wishes = {}): Promise<SmallClassroom> {
  const streams = new Map<string, Live>();
  const peers = new Map<string, RTCPeerConnection>();
  const descriptions: string[] = [];

  const open = (role: string) => {
    const peer = new RTCPeerConnection({
      iceServers: [],
      iceAdditionalHostAddresses: ['127.0.0.1'],
      iceUseIpv6: false,
      bundlePolicy: 'max-bundle',
      codecs: {
        audio: [useOPUS({ rtcpFeedback: [{ type: 'nack' }] })],
        video: [useVP8({ rtcpFeedback: [{ type: 'nack' }, { type: 'nack', parameter: 'pli' }] })],
      },
    });
    const session = `${role}-${peers.size + 1}`;
    peers.set(session, peer);
    return { peer, session };
  };

  const publish = async (stream: string, offer: string) => {
    descriptions.push(offer);
    const { peer, session } = open('publisher');
    const tracks: MediaStreamTrack[] = [];
    streams.set(stream, { publisher: peer, tracks });
    peer.onTrack.subscribe(track => tracks.push(track));
    await peer.setRemoteDescription({ type: 'offer', sdp: offer });
    return { session, sdp: await localDescription(peer, 'answer') };
  };

  const view = async ({ publisher, tracks }: Live, offer?: string) => {
    const { peer, session } = open('viewer');
    for (const track of tracks) peer.addTransceiver(track, { direction: 'sendonly' });
    const refresh = () => {
      for (const { receiver } of publisher.getTransceivers()) {
        const ssrc = receiver.track.ssrc;
        if (receiver.kind === 'video' && ssrc !== undefined) void receiver.sendRtcpPLI(ssrc);
      }
    };
    for (const sender of peer.getSenders()) sender.onPictureLossIndication.subscribe(refresh);
    peer.connectionStateChange.subscribe(state => state === 'connected' && refresh());
    if (offer !== undefined) await peer.setRemoteDescription({ type: 'offer', sdp: offer });
    return { session, sdp: await localDescription(peer, offer === undefined ? 'offer' : 'answer') };
  };

  const accept = async (session: string, sdp: string) => {
    descriptions.push(sdp);
    await peers.get(session)?.setRemoteDescription({ type: 'answer', sdp });
    return { status: 204 };
  };

  const say = async ({ method, path, body }: Heard): Promise<Said | undefined> => {
    const [, kind, stream = '', session = ''] = path.split('/').map(decodeURIComponent);
    if (kind === 'api') return report(session);
    if (kind === 'signaling') return signalling(stream, JSON.parse(body));
    if (method === 'DELETE') return end(session);
    if (method === 'PATCH') return accept(session, body);
    if (kind === 'whip') {
      const made = await publish(stream, body);
      return { status: 201, headers: { ...sdpType, Location: `${path}/${made.session}` }, body: made.sdp };
    }
    const live = streams.get(stream);
    if (live === undefined) return problem(409, 'Not live', 'Nobody publishes this stream.', 1);
    const made = await view(live, whepOffers ? undefined : body);
    const status = whepOffers ? 406 : 201;
    return { status, headers: { ...sdpType, Location: `${path}/${made.session}` }, body: made.sdp };
  };

  const signalling = async (call: string, asked: Record<string, string>): Promise<Said | undefined> => {
    const { stream = '', session = '', sdp = '' } = asked;
    const live = streams.get(stream);
    switch (call) {
      case 'push':
        return { status: 200, body: { type: 'answer', ...(await publish(stream, sdp)) } };
      case 'pull':
        if (live === undefined) return problem(404, 'Not live', 'Nobody publishes this stream.', 1);
        return { status: 200, body: { type: 'offer', ...(await view(live)) } };
      case 'sendanswer':
        return accept(session, sdp);
      case 'stop':
        return end(session);
    }
  };

  const end = async (session: string): Promise<Said> => {
    await peers.get(session)?.close();
    return { status: 204 };
  };

  const gateway = await stubGateway(say);
  return {
    gateway,
    descriptions,
    async close() {
      await gateway.close();
      for (const peer of peers.values()) await peer.close();
    },
  };
}

async function localDescription(peer: RTCPeerConnection, type: 'offer' | 'answer'): Promise<string> {
  await peer.setLocalDescription(type === 'offer' ? await peer.createOffer() : await peer.createAnswer());
  const sdp = peer.localDescription?.sdp ?? '';
  // Media stays on loopback, whatever other addresses the machine has.
  return sdp.replace(/^a=candidate:(?!.* 127\.0\.0\.1 ).*\r\n/gm, '');
}
