import test from 'ava';
import fc from 'fast-check';
import {
  HANDSHAKE_HEADER_BYTES,
  HANDSHAKE_TYPE,
  type HandshakeFragment,
} from '../../../transports/dtls/handshake-message.ts';
import { HandshakeReassembly } from '../../../transports/dtls/handshake-reassembly.ts';
import { RECORD_HEADER_BYTES } from '../../../transports/dtls/record.ts';
import { makeDtlsServerFactory } from '../../../transports/dtls/server.ts';
import { BROWSER_13_OFFER } from './support/hello.ts';
import { eachEngine, IDENTITY, SERVER_CERTIFICATE } from './support/pair.ts';
import { seededRandom } from './support/seeded-random.ts';
import { TestClient } from './support/test-client.ts';

const { clientHello, certificate } = HANDSHAKE_TYPE;
const EXPECTED = [
  { type: clientHello, epoch: 0, maxBytes: 100 },
  { type: certificate, epoch: 1, maxBytes: 50 },
];

function fragment(fields: Partial<HandshakeFragment>): HandshakeFragment {
  const bytes = fields.bytes ?? new Uint8Array(10);
  return { type: clientHello, messageSeq: 0, totalBytes: 10, offset: 0, ...fields, bytes };
}

for (const pieceBytes of [1, 7, 100])
  eachEngine(`a big hello and all that follows may come in pieces of ${pieceBytes} bytes`, (t, dtls) => {
    const { client } = dtls.connectedPair({ offer: BROWSER_13_OFFER, pieceBytes });
    t.true(client.isConnected);
  });

test('a message comes out whole, whatever the order and the overlap of its fragments', t => {
  const body = Uint8Array.from({ length: 60 }, (_, i) => i);
  const cuts = fc.array(fc.tuple(fc.nat(59), fc.nat(20)), { maxLength: 12 });
  fc.assert(
    fc.property(cuts, pieces => {
      const reassembly = new HandshakeReassembly(EXPECTED);
      const add = (offset: number, length: number) =>
        reassembly.add(
          0,
          fragment({ totalBytes: 60, offset, bytes: body.subarray(offset, offset + length) }),
        );
      for (const [offset, length] of pieces) add(offset, length);
      for (const offset of [40, 0, 20]) add(offset, 20);
      return Buffer.compare(reassembly.take()!.body, body) === 0 && reassembly.take() === undefined;
    }),
    { seed: 3 },
  );
  t.pass();
});

test('where fragments contradict each other the first one stands', t => {
  const reassembly = new HandshakeReassembly(EXPECTED);
  reassembly.add(0, fragment({ totalBytes: 20, offset: 5, bytes: new Uint8Array(10).fill(1) }));
  reassembly.add(0, fragment({ totalBytes: 20, bytes: new Uint8Array(20).fill(2) }));
  t.deepEqual([...reassembly.take()!.body], [...Array(5).fill(2), ...Array(10).fill(1), ...Array(5).fill(2)]);
});

test('messages come out in order, and each only once', t => {
  const reassembly = new HandshakeReassembly(EXPECTED);
  const second = fragment({ type: certificate, messageSeq: 1 });
  t.is(reassembly.add(1, second), 'taken');
  t.is(reassembly.take(), undefined);
  t.is(reassembly.add(0, fragment({})), 'taken');
  t.is(reassembly.take()?.type, clientHello);
  t.is(reassembly.take()?.type, certificate);
  t.is(reassembly.add(1, second), 'past');
  t.is(reassembly.take(), undefined);
});

test('what fits nowhere takes no memory', t => {
  const reassembly = new HandshakeReassembly(EXPECTED);
  const bytes = new Uint8Array(1);
  for (const [epoch, one] of [
    [0, fragment({ totalBytes: 101, bytes })],
    [0, fragment({ totalBytes: 0xffffff, bytes })],
    [0, fragment({ messageSeq: 2, bytes })],
    [0, fragment({ messageSeq: 0xffff, bytes })],
    [0, fragment({ type: certificate, bytes })],
    [1, fragment({ bytes })],
    [0, fragment({ type: certificate, messageSeq: 1, bytes })],
  ] as const)
    t.is(reassembly.add(epoch, one), 'out of place');
  t.is(reassembly.add(0, fragment({ totalBytes: 20, bytes })), 'taken');
  t.is(reassembly.add(0, fragment({ totalBytes: 21, bytes })), 'out of place');
});

test('an empty fragment completes nothing', t => {
  const reassembly = new HandshakeReassembly(EXPECTED);
  t.is(reassembly.add(0, fragment({ bytes: new Uint8Array(0) })), 'taken');
  t.is(reassembly.take(), undefined);
});

test('a certificate too big for one datagram leaves in several, none too big', t => {
  const certificateDer = new Uint8Array(3000);
  const factory = makeDtlsServerFactory({
    certificate: { ...SERVER_CERTIFICATE, certificateDer },
    random: seededRandom(),
  });
  const server = factory([]);
  const client = new TestClient({ identity: IDENTITY });
  client.start(0);
  server.receive(0, client.poll()!);
  const sizes: number[] = [];
  for (let output = server.poll(); output; output = server.poll())
    if (output.kind === 'send') sizes.push(output.bytes.length);
  t.true(sizes.every(size => size <= 1200));
  t.is(sizes.length, 3);
  t.true(sizes.reduce((sum, size) => sum + size) > 3000 + 5 * (RECORD_HEADER_BYTES + HANDSHAKE_HEADER_BYTES));
});
