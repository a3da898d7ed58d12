/** What vouches for STUN messages is the same by either engine, and that of RFC 2202. */
import test from 'ava';
import fc from 'fast-check';
import { makeNativeHmacSha1 } from '../../../transports/native/hmac-sha1.ts';
import { type HmacSha1, hmacSha1 } from '../../../transports/stun/hmac-sha1.ts';
import { builtAddon } from '../engines.ts';

const native = makeNativeHmacSha1(builtAddon());

/** RFC 2202 section 3, those whose key is text. */
const vectors: readonly (readonly [key: string, data: string, digest: string])[] = [
  ['\x0b'.repeat(20), 'Hi There', 'b617318655057264e28bc0b6fb378c8ef146be00'],
  ['Jefe', 'what do ya want for nothing?', 'effcdf6ae5eb2fa2d27416d5f184df9c259a7c79'],
];

const engines: readonly (readonly [name: string, sign: HmacSha1])[] = [
  ['portable', hmacSha1],
  ['native', native],
];

for (const [name, sign] of engines) {
  test(`the vectors of RFC 2202 come out of the ${name} engine`, t => {
    for (const [key, data, digest] of vectors)
      t.is(Buffer.from(sign(key, Buffer.from(data))).toString('hex'), digest);
  });
}

test('passwords of up to 256 bytes, of any characters, and any bytes: both engines sign the same', t => {
  const passwords = fc
    .oneof(fc.string({ maxLength: 256 }), fc.string({ unit: 'grapheme', maxLength: 64 }))
    .filter(text => Buffer.byteLength(text) <= 256);
  fc.assert(
    fc.property(passwords, fc.uint8Array({ maxLength: 600 }), (password, bytes) => {
      t.deepEqual([...native(password, bytes)], [...hmacSha1(password, bytes)]);
    }),
  );
  for (const length of [63, 64, 65, 255, 256]) {
    const password = 'p'.repeat(length);
    t.deepEqual([...native(password, new Uint8Array(3))], [...hmacSha1(password, new Uint8Array(3))]);
  }
});

for (const password of ['p'.repeat(257), 'p'.repeat(300), `${'p'.repeat(255)}€`, '€'.repeat(86)]) {
  test(`a password of ${Buffer.byteLength(password)} bytes in ${password.length} characters is refused`, t => {
    t.throws(() => native(password, new Uint8Array(3)), { instanceOf: TypeError });
  });
}
