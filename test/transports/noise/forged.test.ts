import test from 'ava';
import fc from 'fast-check';
import { HANDSHAKE_OVERHEAD_BYTES, NoiseHandshake } from '../../../transports/noise/handshake.ts';
import { x25519Pair, x25519Public } from '../../../transports/noise/x25519.ts';
import { mutated, mutationRuns } from '../rtp/mutated.ts';

const bytes = (fill: number) => new Uint8Array(32).fill(fill);
const [opener, accepter] = [x25519Pair(bytes(1)), x25519Pair(bytes(2))];
const properties = { seed: mutationRuns.seed, numRuns: 300 };
const hi = Buffer.from('hi');

function ends(change: { psk?: Uint8Array; prologue?: Uint8Array; initiator?: Uint8Array } = {}) {
  const common = { psk: bytes(3), prologue: Buffer.from('p') };
  const initiator = new NoiseHandshake({
    ...common,
    role: 'initiator',
    ownStatic: opener,
    remoteStatic: accepter,
    ownEphemeral: x25519Pair(bytes(4)),
  });
  const responder = new NoiseHandshake({
    ...common,
    ...change,
    role: 'responder',
    ownStatic: accepter,
    remoteStatic: change.initiator === undefined ? opener : x25519Pair(change.initiator),
    ownEphemeral: x25519Pair(bytes(5)),
  });
  return { initiator, responder };
}

test('both ends have the same keys, crosswise, and payloads of any length come whole', t => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), fc.uint8Array({ maxLength: 200 }), (first, second) => {
      const { initiator, responder } = ends();
      const hello = initiator.writeMessage(first)!;
      t.is(hello.length, first.length + HANDSHAKE_OVERHEAD_BYTES);
      t.deepEqual([...responder.readMessage(hello)!], [...first]);
      t.deepEqual([...initiator.readMessage(responder.writeMessage(second)!)!], [...second]);
      const [one, other] = [initiator.split(), responder.split()];
      t.deepEqual([one.send, one.receive], [other.receive, other.send]);
      t.notDeepEqual(one.send, one.receive);
    }),
    { ...properties, numRuns: 20 },
  );
});

for (const [name, change] of [
  ['secret', { psk: bytes(9) }],
  ['prologue', { prologue: Buffer.from('q') }],
  ['static key', { initiator: bytes(9) }],
] as const) {
  test(`who has another ${name} is not believed`, t => {
    const { initiator, responder } = ends(change);
    t.is(responder.readMessage(initiator.writeMessage(hi)!), undefined);
  });
}

test('nothing that was changed is believed, and it changes nothing', t => {
  const { initiator, responder } = ends();
  const hello = initiator.writeMessage(hi)!;
  const isRefused = (end: NoiseHandshake, message: Uint8Array) =>
    fc.assert(
      fc.property(
        mutated([message]),
        changed => Buffer.compare(changed, message) === 0 || end.readMessage(changed) === undefined,
      ),
      properties,
    );
  isRefused(responder, hello);
  t.is(Buffer.from(responder.readMessage(hello)!).toString(), 'hi');
  const answer = responder.writeMessage(hi)!;
  isRefused(initiator, answer);
  t.is(Buffer.from(initiator.readMessage(answer)!).toString(), 'hi');
});

test('keys of small order, with which there is no secret, are refused', t => {
  const { initiator, responder } = ends();
  const hello = initiator.writeMessage(hi)!;
  for (const first of [0, 1]) {
    const small = Uint8Array.from(hello);
    small.fill(0, 0, 32);
    small[0] = first;
    t.is(responder.readMessage(small), undefined);
  }
  t.is(x25519Public(bytes(0)).bytes.length, 32);
});
