import test from 'ava';
import fc from 'fast-check';
import { parseDatagram, type SealedDatagram } from '../../../transports/relay/datagram.ts';
import { SEALED_OVERHEAD_BYTES, SealedChannel } from '../../../transports/relay/sealed-channel.ts';
import { type MakeSeal, sealWithNode } from '../../../transports/relay/sealing.ts';
import { mutated, mutationRuns } from '../rtp/mutated.ts';

const keyLifeDatagrams = 16;
const one = new Uint8Array(32).fill(1);
const other = new Uint8Array(32).fill(2);
const handshakeHash = new Uint8Array(32);

function pair(options: { readonly makeSeal?: MakeSeal } = {}) {
  const sender = new SealedChannel(
    { send: one, receive: other, handshakeHash },
    { remoteId: 7, keyLifeDatagrams, ...options },
  );
  const receiver = new SealedChannel(
    { send: other, receive: one, handshakeHash },
    { remoteId: 8, keyLifeDatagrams, ...options },
  );
  return { sender, receiver };
}

function sealed(channel: SealedChannel, text: string): SealedDatagram {
  return parseDatagram(channel.seal(Buffer.from(text))) as SealedDatagram;
}

function texts(receiver: SealedChannel, datagrams: readonly SealedDatagram[]): readonly string[] {
  return datagrams.map(datagram => {
    const opened = receiver.open(datagram);
    return typeof opened === 'string' ? opened : Buffer.from(opened.payload).toString();
  });
}

test('what is sealed is opened, over many keys, and is longer by no more than is said', t => {
  const { sender, receiver } = pair();
  for (let number = 0; number < 10 * keyLifeDatagrams; number += 1) {
    const datagram = sealed(sender, `say ${number}`);
    t.is(datagram.number, number);
    t.is(datagram.linkId, 7);
    t.is(datagram.bytes.length, `say ${number}`.length + SEALED_OVERHEAD_BYTES);
    t.deepEqual(texts(receiver, [datagram]), [`say ${number}`]);
  }
  t.is(receiver.highestNumber, 10 * keyLifeDatagrams - 1);
});

test('whatever is lost, doubled or overtaken by less than the life of a key, each passes once', t => {
  fc.assert(
    fc.property(
      fc.array(fc.record({ delay: fc.nat(keyLifeDatagrams - 1), copies: fc.nat(2) }), {
        minLength: 1,
        maxLength: 200,
      }),
      fates => {
        const { sender, receiver } = pair();
        const wire = fates
          .flatMap(({ delay, copies }, number) => {
            const datagram = sealed(sender, `${number}`);
            return Array.from({ length: copies }, (_, copy) => ({ datagram, at: number + delay + copy / 4 }));
          })
          .sort((a, b) => a.at - b.at);
        // Of what is lost between, less than a whole key's life.
        const gaps = fates.map(({ copies }) => copies);
        if (longestRunOf(0, gaps) >= keyLifeDatagrams / 2) return true;
        const came = texts(
          receiver,
          wire.map(({ datagram }) => datagram),
        ).filter(text => text !== 'replayed');
        const expected = fates.flatMap(({ copies }, number) => (copies > 0 ? [`${number}`] : []));
        return came.length === expected.length && new Set(came).size === new Set(expected).size;
      },
    ),
    { seed: mutationRuns.seed, numRuns: 200 },
  );
  t.pass();
});

test('nothing that was changed is opened, and it moves neither window nor keys', t => {
  const { sender, receiver } = pair();
  const datagrams = Array.from({ length: 3 * keyLifeDatagrams }, (_, number) => sealed(sender, `${number}`));
  const whole = new Set(datagrams.map(({ bytes }) => hex(bytes)));
  fc.assert(
    fc.property(mutated(datagrams.map(({ bytes }) => bytes)), bytes => {
      const datagram = parseDatagram(bytes);
      if (datagram?.type !== 'sealed' || whole.has(hex(bytes))) return true;
      return receiver.open(datagram) === 'not authentic';
    }),
    mutationRuns,
  );
  t.is(receiver.highestNumber, -1);
  t.deepEqual(
    texts(receiver, datagrams),
    datagrams.map(({ number }) => `${number}`),
  );
});

test('a datagram by any other key than the one of its time is not authentic', t => {
  const { sender } = pair();
  const datagrams = Array.from({ length: 4 * keyLifeDatagrams }, (_, number) => sealed(sender, `${number}`));
  const { receiver } = pair();
  // The last first: its key is more than one further than the receiver's.
  t.deepEqual(texts(receiver, datagrams.slice(-1)), ['not authentic']);
  t.deepEqual(texts(receiver, datagrams.slice(0, 1)), ['0']);
  const [former, coming] = [datagrams[1]!, datagrams[keyLifeDatagrams]!];
  t.deepEqual(texts(receiver, [coming, former]), [`${keyLifeDatagrams}`, '1']);
  t.deepEqual(texts(receiver, [datagrams[2 * keyLifeDatagrams]!, datagrams[2]!]), [
    `${2 * keyLifeDatagrams}`,
    'not authentic',
  ]);
});

test('each key seals as many datagrams as its life has, and forged ones make no more keys', t => {
  const seals: number[] = [];
  const makeSeal: MakeSeal = key => {
    const place = seals.push(0) - 1;
    const { seal, open } = sealWithNode(key);
    return {
      seal: (...args) => {
        seals[place]! += 1;
        return seal(...args);
      },
      open,
    };
  };
  const { sender, receiver } = pair({ makeSeal });
  const first = sealed(sender, 'x');
  const forged = parseDatagram(first.bytes) as SealedDatagram;
  const made = seals.length;
  for (let count = 0; count < 100; count += 1)
    receiver.open({ ...forged, number: keyLifeDatagrams + (count % keyLifeDatagrams) });
  t.is(seals.length, made + 1);
  for (let number = 1; number < 3 * keyLifeDatagrams; number += 1) sealed(sender, 'x');
  t.deepEqual(
    seals.filter(count => count > 0),
    [keyLifeDatagrams, keyLifeDatagrams, keyLifeDatagrams],
  );
});

function longestRunOf(value: number, all: readonly number[]): number {
  let longest = 0;
  let run = 0;
  for (const one of all) {
    run = one === value ? run + 1 : 0;
    longest = Math.max(longest, run);
  }
  return longest;
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}
