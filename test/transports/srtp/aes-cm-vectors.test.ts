import { createSecretKey } from 'node:crypto';
import test from 'ava';
import { createAesCm } from '../../../transports/srtp/aes-cm.ts';
import type { SessionKeys } from '../../../transports/srtp/key-derivation.ts';
import { engines } from '../engines.ts';
import { hex, toHex } from './packets.ts';

test('the keystream is that of RFC 3711 appendix B.2', t => {
  const keys: SessionKeys = {
    cipherKey: createSecretKey(hex('2B7E151628AED2A6ABF7158809CF4F3C')),
    salt: hex('F0F1F2F3F4F5F6F7F8F9FAFBFCFD'),
    authenticationKey: createSecretKey(new Uint8Array(20)),
  };
  // Sealing zeros from SSRC 0 and index 0 shows the keystream itself.
  const packet = new Uint8Array(12 + 0xff02 * 16);
  packet[0] = 0x80;
  const keystream = createAesCm(keys, keys).sealRtp(packet, 12, 0, 0).subarray(12);
  const block = (count: number) => toHex(keystream.subarray(16 * count, 16 * count + 16));
  t.is(block(0), 'e03ead0935c95e80e166b16dd92b4eb4');
  t.is(block(1), 'd23513162b02d0f72a43a2fe4a5f97ab');
  t.is(block(2), '41e95b3bb0a2e8dd477901e4fca894c0');
  t.is(block(0xfeff), 'ec8cdf7398607cb0f2d21675ea9ea1e4');
  t.is(block(0xff00), '362b7c3c6773516318a077d7fc5073ae');
  t.is(block(0xff01), '6a2cc3787889374fbeb4c81b17ba6c44');
});

for (const { name, makeSrtp } of engines)
  test(`${name}: a whole packet is sealed and opened as other implementations do`, t => {
    // The packet that libsrtp's own validation uses.
    const key = hex('e1f97a0d3e018be0d64fa32c06de4139');
    const salt = hex('0ec675ad498afeebb6960b3aabe6');
    const plain = hex('800f1234decafbadcafebabe abababababababababababababababab');
    const sealed = hex('800f1234decafbadcafebabe 4e55dc4ce79978d88ca4d215949d2402 b78d6acc99ea179b8dbb');
    const transform = makeSrtp({
      profile: 'AES_CM_128_HMAC_SHA1_80',
      localKey: key,
      localSalt: salt,
      remoteKey: key,
      remoteSalt: salt,
    });
    t.is(toHex(transform.sealRtp(plain)), toHex(sealed));
    t.is(toHex(transform.openRtp(sealed)), toHex(plain));
  });
