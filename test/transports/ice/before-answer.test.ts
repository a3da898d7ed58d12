import test from 'ava';
import { seededRandom } from '../../../simulations/seeded-random.ts';
import { IceLite } from '../../../transports/ice/ice-lite.ts';
import {
  answer,
  check,
  LOCAL,
  MOBILE,
  nomination,
  REMOTE,
  REMOTE_2,
  START_MS,
  selections,
  WIFI,
} from './full-agent.ts';

const offered = () => new IceLite({ local: LOCAL, nowMs: START_MS, random: seededRandom(8445) });

test('a check that overtakes the answer is believed by our half of its name', t => {
  const agent = offered();
  t.is(answer(agent, check())?.message.class, 'success');
  t.deepEqual(agent.selectedPath, WIFI);
});

test('our half must be whole, and the password right', t => {
  const agent = offered();
  for (const local of [
    { ...LOCAL, ufrag: LOCAL.ufrag.slice(0, -1) },
    { ...LOCAL, ufrag: `${LOCAL.ufrag}x` },
    { ...LOCAL, pwd: 'guess' },
  ])
    t.is(answer(agent, check({ local }))?.message.attributes.error?.code, 401, local.ufrag);
  t.is(agent.selectedPath, undefined);
});

test('once the answer has come both halves must be right', t => {
  const agent = offered();
  agent.setRemote(START_MS, REMOTE);
  t.is(answer(agent, check({ remote: REMOTE_2 }))?.message.attributes.error?.code, 401);
  t.is(answer(agent, check())?.message.class, 'success');
});

test('before the answer nothing but answers is sent, so nominations count without proof', t => {
  const agent = offered();
  agent.receive(START_MS, check(), WIFI);
  agent.receive(START_MS, nomination(), MOBILE);
  t.deepEqual(selections(agent), [WIFI, MOBILE]);
});
