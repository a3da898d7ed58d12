import test from 'ava';
import { openFragment, sealFragment } from '../../../transports/dtls/cipher.ts';
import { pseudorandom } from '../../../transports/dtls/key-schedule.ts';

const bytes = (hex: string) => Buffer.from(hex, 'hex');

test('the pseudorandom function makes the known answer for SHA-256', t => {
  const made = pseudorandom(
    bytes('9bbe436ba940f017b17652849a71db35'),
    'test label',
    bytes('a0ba9f936cda311827a6f796ffd5198c'),
    100,
  );
  t.is(
    Buffer.from(made).toString('hex'),
    'e3f229ba727be17b8d122620557cd453c2aab21d07c3d495329b52d4e61edb5a' +
      '6b301791e90d35c9c9a46b4e14baf9af0fa022f7077def17abfd3797c0564bab' +
      '4fbc91666e9def9b97fce34f796789baa48082d122ee42c5a72e5a5110fff701' +
      '87347b66',
  );
});

test('a sealed fragment opens only as what it was sealed as', t => {
  const keys = { key: new Uint8Array(16).fill(1), fixedIv: new Uint8Array(4).fill(2) };
  const header = { contentType: 21, version: 0xfefd, epoch: 1, sequence: 2 ** 40 + 5 };
  const sealed = sealFragment(keys, header, Uint8Array.of(1, 2, 3));
  t.deepEqual([...(openFragment(keys, header, sealed) ?? [])], [1, 2, 3]);
  for (const other of [
    { ...header, contentType: 22 },
    { ...header, version: 0xfeff },
    { ...header, epoch: 2 },
    { ...header, sequence: 5 },
  ])
    t.is(openFragment(keys, other, sealed), undefined);
  for (let i = 0; i < sealed.length; i += 1) {
    t.is(openFragment(keys, header, sealed.with(i, sealed[i]! ^ 1)), undefined);
    t.is(openFragment(keys, header, sealed.subarray(0, i)), undefined);
  }
});
