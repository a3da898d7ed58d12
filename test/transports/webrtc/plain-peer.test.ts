import test from 'ava';
import { seededRandom } from '../../../simulations/seeded-random.ts';
import { IceLite } from '../../../transports/ice/ice-lite.ts';
import { PlainTransform } from '../../../transports/srtp/plain.ts';
import { parseStun } from '../../../transports/stun/message.ts';
import { Peer, type PeerOutput } from '../../../transports/webrtc/peer.ts';
import { check, LOCAL, MOBILE, nomination, REMOTE, reply, START_MS, WIFI } from '../ice/full-agent.ts';

const remote = { ice: REMOTE, fingerprints: [] };
const rtcp = Uint8Array.of(0x80, 201, 0, 1, 0, 0, 0, 7);

function plainPeer(): Peer {
  const never = () => {
    throw new Error('there is no DTLS here');
  };
  const options = { local: LOCAL, nowMs: START_MS, random: seededRandom(1), provesFirstPath: true };
  return new Peer({ ice: new IceLite(options), makeDtls: never, makeSrtp: never, isPlain: true });
}

function drain(peer: Peer): PeerOutput[] {
  const outputs: PeerOutput[] = [];
  for (let output = peer.poll(); output !== undefined; output = peer.poll()) outputs.push(output);
  return outputs;
}

/** What the peer answers to the request for a proof that is among what was sent. */
function prove(peer: Peer, nowMs: number): void {
  for (const output of drain(peer)) {
    const message = output.kind === 'send' ? parseStun(output.bytes) : undefined;
    if (output.kind === 'send' && message?.class === 'request')
      peer.receiveStun(nowMs, reply(message), output.path);
  }
}

function connected(): Peer {
  const peer = plainPeer();
  peer.setRemote(START_MS, remote);
  peer.receiveStun(START_MS, nomination(), WIFI);
  prove(peer, START_MS + 10);
  return peer;
}

test('it is connected once it is described and has proved its path', t => {
  const peer = plainPeer();
  peer.setRemote(START_MS, remote);
  peer.receiveStun(START_MS, nomination(), WIFI);
  t.is(peer.state, 'checking');
  t.is(peer.srtp, undefined);
  prove(peer, START_MS + 10);
  t.deepEqual(
    drain(peer).filter(({ kind }) => kind !== 'send'),
    [
      { kind: 'path', path: WIFI },
      { kind: 'state', state: 'connected' },
    ],
  );
  t.true(peer.srtp instanceof PlainTransform);
});

test('checks that come before the answer connect nothing; those after it do', t => {
  const peer = plainPeer();
  peer.receiveStun(START_MS, nomination(), WIFI);
  prove(peer, START_MS + 10);
  t.is(peer.state, 'checking');
  peer.setRemote(START_MS + 20, remote);
  t.is(peer.state, 'checking');
  peer.receiveStun(START_MS + 30, check(), WIFI);
  prove(peer, START_MS + 40);
  t.is(peer.state, 'connected');
});

test('media passes as it is, and what is no RTP or RTCP is counted', t => {
  const peer = connected();
  const opened = peer.openRtcp(rtcp);
  t.deepEqual(opened, rtcp);
  t.not(opened, rtcp, 'the datagram’s place is read into again');
  t.is(peer.sealRtcp(rtcp), rtcp);
  t.is(peer.openRtcp(rtcp.subarray(0, 7)), undefined);
  t.is(peer.openRtcp(Uint8Array.of(0x40, 201, 0, 1, 0, 0, 0, 7)), undefined);
  t.is(peer.openRtp(new Uint8Array(11).fill(0x80)), undefined);
  t.is(peer.counters.srtpMalformed, 3);
});

test('what comes before there is a path is nobody’s', t => {
  const peer = plainPeer();
  peer.setRemote(START_MS, remote);
  t.is(peer.openRtcp(rtcp), undefined);
  t.is(peer.counters.srtpTooEarly, 1);
});

test('DTLS is not taken up', t => {
  const peer = connected();
  drain(peer);
  peer.receiveDtls(START_MS + 20, Uint8Array.of(22, 254, 253));
  t.deepEqual(drain(peer), []);
  t.is(peer.counters.dtlsTooEarly, 1);
});

test('a client that falls silent is ended, and so is one that proves nothing', t => {
  const silent = connected();
  drain(silent);
  silent.advance(START_MS + 10 + 25_000);
  t.like(drain(silent), [
    { kind: 'ended', reason: 'the client fell silent: no connectivity check for 25 s' },
  ]);
  t.is(silent.srtp, undefined);

  const forged = plainPeer();
  forged.setRemote(START_MS, remote);
  forged.receiveStun(START_MS, nomination(), MOBILE);
  forged.advance(START_MS + 20_000);
  t.regex(
    (drain(forged).at(-1) as { reason: string }).reason,
    /connectivity checks came, but it answered none of ours within 20 s/,
  );
});

test('closing tells the client nothing: there is no DTLS to say it by', t => {
  const peer = connected();
  drain(peer);
  peer.close(START_MS + 50, 'kicked');
  t.deepEqual(drain(peer), [{ kind: 'ended', reason: 'kicked' }]);
});
