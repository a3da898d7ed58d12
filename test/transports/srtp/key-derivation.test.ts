import test from 'ava';
import { deriveSessionKeys } from '../../../transports/srtp/key-derivation.ts';
import { hex, toHex } from './packets.ts';

const masterKey = hex('E1F97A0D3E018BE0D64FA32C06DE4139');
const masterSalt = hex('0EC675AD498AFEEBB6960B3AABE6');

test('session keys for RTP are those of RFC 3711 appendix B.3', t => {
  const keys = deriveSessionKeys('AES_CM_128_HMAC_SHA1_80', masterKey, masterSalt, 'rtp');
  t.is(toHex(keys.cipherKey.export()), 'c61e7a93744f39ee10734afe3ff7a087');
  t.is(toHex(keys.salt), '30cbbc08863d8c85d49db34a9ae1');
  t.is(toHex(keys.authenticationKey.export()), 'cebe321f6ff7716b6fd4ab49af256a156d38baa4');
});

test('session keys for RTCP come from the labels 3 to 5', t => {
  const keys = deriveSessionKeys('AES_CM_128_HMAC_SHA1_80', masterKey, masterSalt, 'rtcp');
  t.is(toHex(keys.cipherKey.export()), '4c1aa45a81f73d61c800bbb00fbb1eaa');
  t.is(toHex(keys.authenticationKey.export()), '8d54534feb49ae8e7993a6bd0b844fc323a93dfd');
  t.is(toHex(keys.salt), '9581c7ad87b3e530bf3e4454a8b3');
});

test('keys of a wrong length are refused', t => {
  const derive = (key: Uint8Array, salt: Uint8Array) => () =>
    deriveSessionKeys('AEAD_AES_128_GCM', key, salt, 'rtp');
  t.throws(derive(masterKey, masterSalt), { instanceOf: RangeError, message: /salt of 14 bytes/ });
  t.throws(derive(masterKey.subarray(1), masterSalt.subarray(2)), { message: /key of 15 bytes/ });
});
