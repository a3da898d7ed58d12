import test from 'ava';
import type { MediaSource } from '../../../actors/forwarding/control/forwarding-control.ts';
import { Egress } from '../../../actors/forwarding/egress.ts';
import { newPlaneCounters } from '../../../actors/forwarding/reports.ts';
import type { MediaSession } from '../../../actors/forwarding/session-table.ts';
import { StreamForwarding } from '../../../actors/forwarding/stream-forwarding.ts';
import { Viewer } from '../../../actors/forwarding/viewer.ts';
import { addressOf } from '../../../actors/runtime/address.ts';
import { makeIdentitySrtp } from '../../../simulations/identity-security.ts';
import { seededRandom } from '../../../simulations/seeded-random.ts';
import { PortableFanout } from '../../../transports/fanout/portable.ts';
import { codecById, type MediaKind } from '../../../transports/rtp/codec.ts';
import type { OutgoingMedia } from '../../../transports/sdp/port.ts';
import { rtpBytes } from '../../transports/rtp/packets.ts';

const STREAM = 'math-101';
const NTP = { seconds: 4_000_000_000, fraction: 0 };
const path = { localAddress: '10.0.0.1', remoteAddress: '10.0.0.2', remotePort: 1 };
const peer = {
  state: 'connected',
  path,
  srtp: makeIdentitySrtp(),
  sealRtcp: (bytes: Uint8Array) => bytes,
};
const source: MediaSource = { missing: 'repaired', roundTripMs: undefined, giveUpBefore: () => {} };

function session(id: string, viewer?: Viewer): MediaSession {
  const owner = addressOf('n', `/${id}`);
  return { id, owner, peer, viewer, stream: STREAM, paths: [], fragments: [] } as unknown as MediaSession;
}

function outgoing(kind: MediaKind): OutgoingMedia {
  const codecId = kind === 'audio' ? 'opus' : 'vp8';
  const payloads = [{ codecId, payloadType: codecById(codecId)!.payloadType }];
  return {
    kind,
    mid: kind,
    ssrc: kind === 'audio' ? 1 : 2,
    rtxSsrc: 3,
    payloads,
    extensions: {},
    nack: true,
  };
}

/** A stream with a publisher, whose audio has begun. */
function stage() {
  const evicted: string[] = [];
  const streams = new StreamForwarding({
    random: seededRandom(1),
    egress: new Egress(),
    fanout: new PortableFanout(() => {}),
    counters: newPlaneCounters(),
    control: { forwardingControl: 'on', audioReorderMs: 60 },
    wake: () => {},
    evict: (_nowMs, { id }) => evicted.push(id),
  });
  const publisher = session('push');
  for (const kind of ['audio', 'video'] as const)
    streams.openTrack(0, STREAM, kind, addressOf('n', '/track'));
  streams.publish(0, publisher, {
    do: 'publish',
    session: 'push',
    stream: STREAM,
    epoch: 1,
    publishedAt: '',
  });
  streams.forward(0, publisher, {
    kind: 'audio',
    source,
    sequenceNumber: 1,
    timestamp: 1,
    keyframe: 'no',
    isEmpty: false,
    afterLongGap: false,
    bytes: rtpBytes({ payloadType: 111 }),
  });
  const entry = streams.table.get(STREAM)!;
  return { streams, publisher, entry, evicted };
}

test('a viewer whose core throws at the publisher’s clock goes alone: the others hear it', t => {
  const { streams, publisher, entry, evicted } = stage();
  class Faulty extends Viewer {
    override senderReport(): Uint8Array {
      throw new Error('planted');
    }
  }
  const told: string[] = [];
  class Listening extends Viewer {
    override senderReport(): undefined {
      told.push('told');
    }
  }
  entry.viewers.add(session('bad', new Faulty([outgoing('audio')], 'c')));
  entry.viewers.add(session('good', new Listening([outgoing('audio')], 'c')));
  streams.takeClock(10, publisher, { kind: 'audio', source, ntp: NTP, timestamp: 2 });
  t.deepEqual(evicted, ['bad']);
  t.deepEqual(told, ['told']);
});

test('a viewer that takes no video has no keyframe asked for', t => {
  const { streams, entry } = stage();
  const listener = session('listener', new Viewer([outgoing('audio')], 'c'));
  entry.viewers.add(listener);
  streams.welcome(10, listener);
  t.false(entry.tracks.video.core!.keyframes.poll(10));
  const watcher = session('watcher', new Viewer([outgoing('audio'), outgoing('video')], 'c'));
  entry.viewers.add(watcher);
  streams.welcome(20, watcher);
  t.true(entry.tracks.video.core!.keyframes.poll(20));
});
