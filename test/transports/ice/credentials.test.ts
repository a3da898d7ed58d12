import test from 'ava';
import fc from 'fast-check';
import { makeIceCredentials, usernameLocalFragment } from '../../../transports/ice/credentials.ts';
import { systemRandom } from '../../../transports/random.ts';
import { buildStun } from '../../../transports/stun/build.ts';
import { parseStun } from '../../../transports/stun/message.ts';
import { mutated } from '../stun/mutations.ts';
import { IPV4_RESPONSE, REQUEST } from '../stun/vectors.ts';
import { check, LOCAL, nomination, TRANSACTION_ID } from './full-agent.ts';

test('credentials are of ICE characters, long enough, and never the same', t => {
  const ufrags = new Set<string>();
  for (let i = 0; i < 200; i += 1) {
    const { ufrag, pwd } = makeIceCredentials(systemRandom);
    t.regex(ufrag, /^[A-Za-z0-9+/]{8}$/);
    t.regex(pwd, /^[A-Za-z0-9+/]{24}$/);
    ufrags.add(ufrag);
  }
  t.is(ufrags.size, 200);
});

test('credentials come from the random source alone', t => {
  const counting = {
    ...systemRandom,
    bytes: (count: number) => Uint8Array.from({ length: count }, (_, i) => i),
  };
  t.deepEqual(makeIceCredentials(counting), { ufrag: 'AAECAwQF', pwd: 'AAECAwQFBgcICQoLDA0ODxAR' });
});

test('our fragment is found in a first check', t => {
  t.is(usernameLocalFragment(check()), LOCAL.ufrag);
  t.is(usernameLocalFragment(nomination()), LOCAL.ufrag);
  t.is(usernameLocalFragment(REQUEST), 'evtj');
});

const request = (username?: string) =>
  buildStun({
    class: 'request',
    transactionId: TRANSACTION_ID,
    attributes: { priority: 1, ...(username !== undefined && { username }) },
  });

test('in anything else there is none', t => {
  t.is(usernameLocalFragment(IPV4_RESPONSE), undefined);
  t.is(usernameLocalFragment(request()), undefined);
  t.is(usernameLocalFragment(request('')), undefined);
  t.is(usernameLocalFragment(request('nocolon')), undefined);
  t.is(usernameLocalFragment(request(':theirs')), undefined);
  t.is(usernameLocalFragment(request(`${'x'.repeat(257)}:theirs`)), undefined);
  t.is(usernameLocalFragment(new Uint8Array(0)), undefined);
  t.is(usernameLocalFragment(Uint8Array.of(22, 254, 253, 0)), undefined);
});

test('a fragment may have 256 characters', t => {
  t.is(usernameLocalFragment(request(`${'x'.repeat(256)}:y`)), 'x'.repeat(256));
});

test('on mutated checks it agrees with the parser', t => {
  let found = 0;
  fc.assert(
    fc.property(mutated([REQUEST, check(), nomination()]), bytes => {
      const fragment = usernameLocalFragment(bytes);
      t.true((fragment?.length ?? 0) <= 256);
      const message = parseStun(bytes);
      if (fragment === undefined || message?.attributes.username === undefined) return;
      found += 1;
      const [local = ''] = Buffer.from(message.attributes.username).toString('utf8').split(':', 1);
      // Bytes that are no UTF-8 read differently, and match no session either way.
      if (/^[\x20-\x7e]+$/.test(local)) t.is(fragment, local);
    }),
    { seed: 8445, numRuns: 3000 },
  );
  t.true(found > 100);
});
