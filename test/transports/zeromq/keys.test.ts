import test from 'ava';
import { formatClusterKeys, makeClusterKeys, parseClusterKeys } from '../../../transports/zeromq/keys.ts';
import { z85Decode } from '../../../transports/zeromq/z85.ts';

test('keys that are made can be read, and are new each time', t => {
  const keys = makeClusterKeys();
  t.deepEqual(parseClusterKeys(formatClusterKeys(keys)), { keys });
  const all = [keys, makeClusterKeys()].flatMap(({ server, client }) => [server, client]);
  t.is(new Set(all.flatMap(({ publicKey, secretKey }) => [publicKey, secretKey])).size, 8);
});

/** A file of keys with one thing changed. */
function refusalOf(change: (value: Record<string, Record<string, unknown>>) => unknown): string {
  const value = JSON.parse(formatClusterKeys(makeClusterKeys()));
  const parsed = parseClusterKeys(JSON.stringify(change(value)) ?? '');
  return 'refusal' in parsed ? parsed.refusal : 'none';
}

const isNoKey = 'that is not a key of 40 characters of Z85';
const refused: readonly (readonly [change: (value: never) => unknown, refusal: string])[] = [
  [() => undefined, 'is no file of cluster keys; zrtc keys makes one'],
  [() => [], 'is no file of cluster keys; zrtc keys makes one'],
  [value => [value], 'is no file of cluster keys; zrtc keys makes one'],
  [() => 'x'.repeat(5_000), 'is no file of cluster keys; zrtc keys makes one'],
  [() => ({}), 'lacks server.publicKey'],
  [({ server }) => ({ server, client: 7 }), 'lacks client.publicKey'],
  [
    ({ server, client }: never) => ({ server, client: { ...(client as object), secretKey: 'short' } }),
    `has a client.secretKey ${isNoKey}`,
  ],
  [
    ({ server, client }: never) => ({ client, server: { ...(server as object), publicKey: 'é'.repeat(40) } }),
    `has a server.publicKey ${isNoKey}`,
  ],
  [
    ({ server, client }: never) => ({ client, server: { ...(server as object), publicKey: '#'.repeat(40) } }),
    `has a server.publicKey ${isNoKey}`,
  ],
  [
    ({ server, client }: never) => ({ client, server: { ...(server as object), secretKey: 40 } }),
    `has a server.secretKey ${isNoKey}`,
  ],
];

for (const [change, refusal] of refused) {
  test(`a file that is none: ${change}`.slice(0, 120), t => t.is(refusalOf(change as never), refusal));
}

test('a refusal repeats nothing of the text', t => {
  const { secretKey } = makeClusterKeys().server;
  const parsed = parseClusterKeys(JSON.stringify({ server: { publicKey: `${secretKey}!`, secretKey } }));
  t.true('refusal' in parsed && !parsed.refusal.includes(secretKey));
});

test('Z85 as in the example of ZeroMQ RFC 32', t => {
  t.deepEqual([...z85Decode('HelloWorld')!], [0x86, 0x4f, 0xd2, 0x6f, 0xb5, 0x59, 0xf7, 0x5b]);
  t.deepEqual([...z85Decode('%nSc0')!], [0xff, 0xff, 0xff, 0xff]);
  for (const text of ['Hello1', 'Hell ', '%nSc1', '#####']) t.is(z85Decode(text), undefined, text);
});
