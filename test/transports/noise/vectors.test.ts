/**
 * The handshake against a published test vector of Noise_KKpsk0_25519_AESGCM_SHA256, that of cacophony's collection
 * (github.com/haskell-cryptography/cacophony, vectors/cacophony.txt), which snow and others are tested with as well.
 */
import test from 'ava';
import { open, seal } from '../../../transports/noise/aes-gcm.ts';
import { NoiseHandshake } from '../../../transports/noise/handshake.ts';
import { x25519Pair, x25519Public } from '../../../transports/noise/x25519.ts';

const bytes = (hex: string) => Buffer.from(hex, 'hex');
const prologue = bytes('4a6f686e2047616c74');
const psk = bytes('54686973206973206d7920417573747269616e20706572737065637469766521');
const initiator = {
  static: bytes('e61ef9919cde45dd5f82166404bd08e38bceb5dfdfded0a34c8df7ed542214d1'),
  ephemeral: bytes('893e28b9dc6ca8d611ab664754b8ceb7bac5117349a4439a6b0569da977c464a'),
  remoteStatic: bytes('31e0303fd6418d2f8c0e78b91f22e8caed0fbe48656dcf4767e4834f701b8f62'),
};
const responder = {
  static: bytes('4a3acbfdb163dec651dfa3194dece676d437029c62a408b4c5ea9114246e4893'),
  ephemeral: bytes('bbdb4cdbd309f1a1f2e1456967fe288cadd6f712d65dc7b7793d5e63da6b375b'),
  remoteStatic: bytes('6bc3822a2aa7f4e6981d6538692b3cdf3e6df9eea6ed269eb41d93c22757b75a'),
};
const handshakeHash = '574508da75f9e5a1c25707190adc49e63c754ec27a4183d9e6acc312e076613a';
const messages = [
  {
    payload: '4c756477696720766f6e204d69736573',
    ciphertext:
      'ca35def5ae56cec33dc2036731ab14896bc4c75dbb07a61f879f8e3afa4c79441f33bde990995eea7167375d6b68e2a7fa07887dd4f0f21023317d7b04fb0a67',
  },
  {
    payload: '4d757272617920526f746862617264',
    ciphertext:
      '95ebc60d2b1fa672c1f46a8aa265ef51bfe38e7ccb39ec5be34069f144808843e3502578269a63176a4e59632b20df3393996180e261048266e49c0c0d9240',
  },
] as const;
/** Of the session that follows: the initiator and the responder take turns, each counting from 0. */
const transport = [
  {
    payload: '462e20412e20486179656b',
    ciphertext: 'a08f4d4f142f605e9b30daa66784552576b30265889139b97f15cf',
  },
  {
    payload: '4361726c204d656e676572',
    ciphertext: '5871e43af881754e8ba7def42a69c23bfc9f7d47c3c1009f8ed986',
  },
  {
    payload: '4a65616e2d426170746973746520536179',
    ciphertext: '9e20a696864cb0e321197abcd721538c2155073c14313c3fa243a65fef13eb0e79',
  },
  {
    payload: '457567656e2042f6686d20766f6e2042617765726b',
    ciphertext: 'c4fa90a3f3e7524bdf5dce131ad0b67a0fa1eedd30f717a42596bef8f53d369b5dc94ce508',
  },
] as const;

function ends() {
  const end = (role: 'initiator' | 'responder', keys: typeof initiator) =>
    new NoiseHandshake({
      role,
      prologue,
      psk,
      ownStatic: x25519Pair(keys.static),
      ownEphemeral: x25519Pair(keys.ephemeral),
      remoteStatic: x25519Public(keys.remoteStatic),
    });
  return { first: end('initiator', initiator), second: end('responder', responder) };
}

test('both messages and the hash of the handshake are those of the vector', t => {
  const { first, second } = ends();
  const [hello, answer] = messages;
  t.is(hex(first.writeMessage(bytes(hello.payload))), hello.ciphertext);
  t.is(hex(second.readMessage(bytes(hello.ciphertext))), hello.payload);
  t.is(hex(second.writeMessage(bytes(answer.payload))), answer.ciphertext);
  t.is(hex(first.readMessage(bytes(answer.ciphertext))), answer.payload);
  for (const end of [first, second]) t.is(hex(end.split().handshakeHash), handshakeHash);
});

test('what is sealed with the keys of the session is what the vector has', t => {
  const { first, second } = ends();
  second.readMessage(first.writeMessage(bytes(messages[0].payload))!);
  first.readMessage(second.writeMessage(bytes(messages[1].payload))!);
  const none = new Uint8Array(0);
  for (const [place, { payload, ciphertext }] of transport.entries()) {
    const [sender, receiver] = place % 2 === 0 ? [first, second] : [second, first];
    const number = place >> 1;
    t.is(hex(seal(sender.split().send, number, none, bytes(payload))), ciphertext);
    t.is(hex(open(receiver.split().receive, number, none, bytes(ciphertext))), payload);
  }
});

function hex(value: Uint8Array | undefined): string {
  return Buffer.from(value ?? []).toString('hex');
}
