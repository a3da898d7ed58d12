/** What clients write into paths, headers and tokens, broken in every way: it is parsed, or nothing. */
import test from 'ava';
import fc from 'fast-check';
import { verifyToken } from '../../../gateway/auth/token.ts';
import { clientOf } from '../../../gateway/http/client-address.ts';
import { parseSessionId } from '../../../gateway/session-ref.ts';
import { parseIfMatch } from '../../../gateway/whip/if-match.ts';

const seed = 9725;

/** `valid` with a piece cut out and another put in. */
const broken = (valid: string) =>
  fc
    .tuple(fc.nat(valid.length), fc.nat(4), fc.string({ unit: 'binary', maxLength: 4 }))
    .map(([at, cut, put]) => valid.slice(0, at) + put + valid.slice(at + cut));

test('a session id leads to its own path, and to no other actor', t => {
  fc.assert(
    fc.property(broken('pull-1-Qm9iYmx5'), id => {
      const session = parseSessionId(id, 'node-1', 2);
      return (
        session === undefined || /^\/shards\/shard-[01]\/pu(sh|ll)e?s\/[\w-]+$/.test(session.address.path)
      );
    }),
    { seed },
  );
  t.pass();
});

test('an address is counted under a name no longer than itself and a prefix', t => {
  const address = fc.oneof(broken('2001:db8:1:2::7%eth0'), broken('::ffff:192.0.2.7'));
  fc.assert(
    fc.property(address, ip => clientOf(ip).length <= Math.max(ip.length, '0123:4567:89ab:cdef::/64'.length)),
    { seed },
  );
  t.pass();
});

test('an entity tag is never longer than its header', t => {
  fc.assert(
    fc.property(broken('W/"ice-1", "*"'), header => {
      const parsed = parseIfMatch(header);
      return parsed === 'several' || (parsed.ifMatch ?? '').length <= header.length;
    }),
    { seed },
  );
  t.pass();
});

test('a broken token is worth nothing, and says so in words', async t => {
  const header = 'eyJhbGciOiJIUzI1NiJ9.eyJzdHJlYW0iOiIqIn0.c2lnbmF0dXJl';
  await fc.assert(
    fc.asyncProperty(
      broken(header),
      async token => 'invalid' in (await verifyToken(token, ['s'.repeat(32)], 0)),
    ),
    { seed },
  );
  t.pass();
});
