import test from 'ava';
import { Kcp } from '../../../transports/kcp/kcp.ts';
import type { KcpOptions } from '../../../transports/kcp/options.ts';
import { bytes, CONVERSATION, datagramsOf, headersIn } from './segments.ts';

const options: KcpOptions = {
  conversation: CONVERSATION,
  congestionControl: false,
  sendWindow: 200,
  mtuBytes: 124,
};

function segmentsOf(
  kcp: Kcp,
): readonly (readonly [sequence: number, fragmentsLeft: number, byteCount: number])[] {
  kcp.advance(0);
  return datagramsOf(kcp)
    .flatMap(datagram => headersIn(datagram))
    .map(({ sequence, fragmentsLeft, byteCount }) => [sequence, fragmentsLeft, byteCount]);
}

test('a message is cut into fragments that count down', t => {
  const kcp = new Kcp(options);
  t.is(kcp.send(0, new Uint8Array(250)), 250);
  t.is(kcp.waitingSegments, 3);
  t.deepEqual(segmentsOf(kcp), [
    [0, 2, 100],
    [1, 1, 100],
    [2, 0, 50],
  ]);
  t.is(kcp.waitingSegments, 3, 'until they are acknowledged');
});

test('an empty message is a message', t => {
  const [from, to] = [new Kcp(options), new Kcp(options)];
  t.is(from.send(0, bytes()), 0);
  from.advance(0);
  for (const datagram of datagramsOf(from)) to.receive(0, datagram);
  t.deepEqual(to.pollMessage(), bytes());
  t.is(to.pollMessage(), undefined);
});

test('127 fragments are taken, 128 refused, and then nothing of them waits', t => {
  const kcp = new Kcp(options);
  t.is(kcp.send(0, new Uint8Array(12_701)), 'too many fragments');
  t.is(kcp.waitingSegments, 0);
  t.is(kcp.send(0, new Uint8Array(12_700)), 12_700);
  t.is(kcp.waitingSegments, 127);
});

test('the message is copied: what its owner does to it later is not seen', t => {
  const [from, to] = [new Kcp(options), new Kcp(options)];
  const message = bytes(1, 2, 3);
  from.send(0, message);
  message.fill(9);
  from.advance(0);
  for (const datagram of datagramsOf(from)) {
    to.receive(0, datagram);
    datagram.fill(9);
  }
  t.deepEqual(to.pollMessage(), bytes(1, 2, 3));
});

test('small segments share datagrams up to the MTU', t => {
  const kcp = new Kcp(options);
  for (let i = 0; i < 5; i += 1) kcp.send(0, new Uint8Array(20));
  kcp.advance(0);
  t.deepEqual(
    datagramsOf(kcp).map(({ length }) => length),
    [88, 88, 44],
  );
});

test('stream mode fills up the last segment that waits, and leaves those in the window alone', t => {
  const kcp = new Kcp({ ...options, streamMode: true });
  t.is(kcp.send(0, new Uint8Array(30)), 30);
  t.is(kcp.send(0, new Uint8Array(90)), 90);
  t.is(kcp.send(0, bytes()), 0);
  t.deepEqual(segmentsOf(kcp), [
    [0, 0, 100],
    [1, 0, 20],
  ]);
  kcp.send(0, new Uint8Array(10));
  t.is(kcp.waitingSegments, 3);
});

test('stream mode takes what fills up a segment when the rest is too long', t => {
  const kcp = new Kcp({ ...options, streamMode: true });
  t.is(kcp.send(0, new Uint8Array(12_701)), 'too many fragments');
  kcp.send(0, new Uint8Array(40));
  t.is(kcp.send(0, new Uint8Array(60 + 12_701)), 60);
  t.is(kcp.waitingSegments, 1);
});

test('no more than the window is in flight, and the peer may narrow it', t => {
  const kcp = new Kcp({ ...options, sendWindow: 4 });
  for (let i = 0; i < 10; i += 1) kcp.send(0, new Uint8Array(80));
  t.is(segmentsOf(kcp).length, 4);
  t.is(kcp.waitingSegments, 10);
});
