import test from 'ava';
import { SignJWT, UnsecuredJWT } from 'jose';
import { type Claims, mintToken, secretComplaint, verifyToken } from '../../../gateway/auth/token.ts';

const secret = 's'.repeat(32);
const nowMs = 1_800_000_000_000;
const claims: Claims = { stream: 'math-*', can: ['publish', 'view'], uid: 'anna', exp: nowMs / 1000 + 60 };
const signed = (payload: Record<string, unknown>, alg = 'HS256') =>
  new SignJWT(payload).setProtectedHeader({ alg }).sign(new TextEncoder().encode(secret.repeat(2)));
const verify = (token: string, atMs = nowMs) => verifyToken(token, [secret, secret.repeat(2)], atMs);

test('what was minted is verified', async t => {
  const caller = { streams: 'math-*', can: ['publish', 'view'], uid: 'anna' };
  t.deepEqual(await verify(await mintToken(secret, claims)), { caller });
});

test('a token signed with an older secret of the list is good, with any other not', async t => {
  t.true('caller' in (await verify(await mintToken(secret.repeat(2), claims))));
  t.deepEqual(await verify(await mintToken('another'.repeat(9), claims)), {
    invalid: 'The token is not signed with a secret of this node.',
  });
});

test('a token ends when it says, and clocks may differ by five seconds', async t => {
  const token = await mintToken(secret, claims);
  t.true('caller' in (await verify(token, claims.exp * 1000 + 4_999)));
  t.deepEqual(await verify(token, claims.exp * 1000 + 6_000), { invalid: 'The token has expired.' });
});

test('a token that is not valid yet is told so', async t => {
  const token = await signed({ ...claims, nbf: nowMs / 1000 + 60 });
  t.deepEqual(await verify(token), { invalid: 'The token is not valid yet.' });
});

test('no other algorithm is taken, and not none', async t => {
  t.true('invalid' in (await verify(await signed({ ...claims }, 'HS512'))));
  t.true('invalid' in (await verify(new UnsecuredJWT({ ...claims }).encode())));
});

for (const [name, wrong] of Object.entries({
  'no stream': { stream: undefined },
  'a pattern with a star inside': { stream: 'a*b' },
  'a stream that is none': { stream: '../x' },
  'no permissions': { can: [] },
  'an unknown permission': { can: ['fly'] },
  'no end': { exp: undefined },
  'a user of control characters': { uid: 'a\u0000' },
})) {
  test(`${name}: no token`, async t => {
    t.true('invalid' in (await verify(await signed({ ...claims, ...wrong }))));
    await t.throwsAsync(mintToken(secret, { ...claims, ...wrong } as Claims));
  });
}

for (const token of ['', 'a', 'a.b.c', '..', '{}', 'é.é.é']) {
  test(`${JSON.stringify(token)} is no token`, async t => t.true('invalid' in (await verify(token))));
}

test('a secret shorter than the hash is refused', async t => {
  t.is(secretComplaint(secret), undefined);
  t.is(secretComplaint('é'.repeat(16)), undefined);
  t.is(secretComplaint('s'.repeat(31)), 'the secret has 31 bytes, and needs 32 at least');
  await t.throwsAsync(mintToken('short', claims), { message: /needs 32/ });
});
