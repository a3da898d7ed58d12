import { createCipheriv } from 'node:crypto';
import test from 'ava';
import { nextKey } from '../../../transports/noise/aes-gcm.ts';

test('the key that follows is what Noise section 4.2 says, computed by counter mode alone', t => {
  const key = new Uint8Array(32).map((_, place) => place);
  // AES-GCM's key stream for a payload begins with the block after the first (NIST SP 800-38D section 7.1); the payload
  // is zero, so that the ciphertext is the key stream.
  const counter = Buffer.concat([Buffer.alloc(4), Buffer.alloc(8, 255), Buffer.from([0, 0, 0, 2])]);
  const stream = createCipheriv('aes-256-ctr', key, counter).update(Buffer.alloc(32));
  t.is(Buffer.from(nextKey(key)).toString('hex'), stream.toString('hex'));
});

test('keys that follow each other are all different', t => {
  const seen = new Set<string>();
  let key: Uint8Array = new Uint8Array(32);
  for (let count = 0; count < 100; count += 1) {
    seen.add(Buffer.from(key).toString('hex'));
    key = nextKey(key);
  }
  t.is(seen.size, 100);
});
