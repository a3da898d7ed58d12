/** A gateway that is being drained sends clients that can be sent to another one. */
import test from 'ava';
import { addressOf } from '../../actors/runtime/address.ts';
import { fakeActors } from './fake-actors.ts';
import { SDP, serve } from './serve.ts';

const scheduler = addressOf('control', '/scheduler');
const placed = { type: 'placed', node: 'edge-1', idc: 'north' };
const draining = { ...placed, otherGateway: 'https://b.school.example' };

test('WHIP and WHEP by 307, to the same address there', async t => {
  const { fetch, url, actors } = await serve(t, fakeActors({ place: draining }), {}, { scheduler });
  for (const path of ['/whip/math-101', '/whep/math-101']) {
    const response = await globalThis.fetch(`${url}${path}`, {
      method: 'POST',
      headers: SDP,
      body: 'v=0',
      redirect: 'manual',
    });
    t.is(response.status, 307);
    t.is(response.headers.get('Location'), `https://b.school.example${path}`);
  }
  t.false(actors.asked.some(({ message }) => ['publish', 'view'].includes(message.type)));
  t.is((await fetch('GET', '/whip/math-101')).status, 204);
});

test('what is asked in JSON is answered here', async t => {
  const { postJson } = await serve(t, fakeActors({ place: draining }), {}, { scheduler });
  t.is((await postJson('/signaling/pull', { stream: 'math-101' })).status, 200);
});

test('a gateway that is not drained sends nobody away', async t => {
  const { fetch } = await serve(t, fakeActors({ place: placed }), {}, { scheduler });
  t.is((await fetch('POST', '/whip/math-101', SDP, 'v=0')).status, 201);
});
