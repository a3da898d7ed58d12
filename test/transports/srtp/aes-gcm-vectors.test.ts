import { createSecretKey } from 'node:crypto';
import test from 'ava';
import { createAesGcm } from '../../../transports/srtp/aes-gcm.ts';
import type { SessionKeys } from '../../../transports/srtp/key-derivation.ts';
import { hex, toHex } from './packets.ts';

const keys: SessionKeys = {
  cipherKey: createSecretKey(hex('000102030405060708090a0b0c0d0e0f')),
  salt: hex('517569642070726f2071756f'),
  authenticationKey: createSecretKey(new Uint8Array(20)),
};
const cipher = createAesGcm(keys, keys);

test('RTP is sealed and opened as in RFC 7714 section 16.1', t => {
  const plain = hex(`8040f17b8041f8d35501a0b2
    47616c6c696120657374206f6d6e69732064697669736120696e207061727465732074726573`);
  const sealed = hex(`8040f17b8041f8d35501a0b2
    f24de3a3fb34de6cacba861c9d7e4bcabe633bd50d294e6f42a5f47a51c7d19b36de3adf8833
    899d7f27beb16a9152cf765ee4390cce`);
  t.is(toHex(cipher.sealRtp(plain, 12, 0x5501a0b2, 0xf17b)), toHex(sealed));
  t.is(toHex(cipher.openRtp(sealed, 12, 0x5501a0b2, 0xf17b)), toHex(plain));
  t.is(cipher.openRtp(sealed, 12, 0x5501a0b2, 0x1f17b), undefined, 'another rollover counter');
});

const report = hex(`81c8000d4d617273
  4e5450314e545032525450200000042a0000e9304c756e61deadbeefdeadbeefdeadbeefdeadbeefdeadbeef`);

test('RTCP is sealed and opened as in RFC 7714 sections 17.1 and 17.2', t => {
  const sealed = hex(`81c8000d4d617273
    63e94885dcdab67ca727d7662f6b7e997ff5c0f76c06f32dc676a5f1730d6fda4ce09b4686303ded0bb9275b
    c84aa45896cf4d2fc5abf87245d9eade 800005d4`);
  t.is(toHex(cipher.sealRtcp(report, 0x4d617273, 0x5d4)), toHex(sealed));
  t.is(toHex(cipher.openRtcp(sealed, 0x4d617273, 0x800005d4)), toHex(report));
});

test('RTCP that is only authenticated is opened as in RFC 7714 section 17.4', t => {
  const tagged = hex(`${toHex(report)} 841dd9683dd78ec92ae58790125f62b3 000005d4`);
  t.is(toHex(cipher.openRtcp(tagged, 0x4d617273, 0x5d4)), toHex(report));
  tagged[20]! ^= 1;
  t.is(cipher.openRtcp(tagged, 0x4d617273, 0x5d4), undefined);
});
