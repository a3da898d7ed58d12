import test from 'ava';
import type { Accepted, Opened, Refused, Restarted, SendAnswer, Trickle } from '../../../actors/protocol.ts';
import type { OpenSession } from '../../../actors/sessions/facts.ts';
import { makeSessionId } from '../../../actors/sessions/session-id.ts';
import { iceOf, viewerAnswer } from '../../../simulations/client-sdp.ts';
import { seededRandom } from '../../../simulations/seeded-random.ts';
import { type Joined, ShardWorld } from '../../../simulations/shard-world.ts';
import { makeIceCredentials } from '../../../transports/ice/credentials.ts';
import type { IceCredentials } from '../../../transports/sdp/port.ts';
import { sendVideo } from './media.ts';

type Reply = Restarted | Accepted | Refused;

function patch(world: ShardWorld, session: string, ice: IceCredentials, ifMatch?: string): Promise<Reply> {
  const fragment = `a=ice-ufrag:${ice.ufrag}\r\na=ice-pwd:${ice.pwd}\r\na=end-of-candidates\r\n`;
  const message: Omit<Trickle, 'replyTo'> = {
    type: 'trickle',
    fragment,
    ...(ifMatch !== undefined && { ifMatch }),
  };
  return world.askSession<Reply>(session, message);
}

async function lesson(
  seed: number,
): Promise<{ world: ShardWorld; teacher: Joined; student: Joined; ices: IceCredentials[] }> {
  const world = new ShardWorld(seed);
  await world.start();
  const teacher = await world.publish('math-101');
  await world.pass(1000);
  const student = await world.view('math-101');
  await world.pass(1000);
  const random = seededRandom(seed);
  return { world, teacher, student, ices: [1, 2, 3].map(() => makeIceCredentials(random)) };
}

test('restarts whose answers never reach the client do not end its session, however many', async t => {
  const { world, teacher, student, ices } = await lesson(51);
  for (const ice of ices) t.is((await patch(world, student.session, ice, '*')).type, 'restarted');
  await world.pass(60_000);
  await sendVideo(world, teacher, { count: 10 });
  await world.pass(100);
  t.is(student.client.rtp.length, 10);
  await world.stop();
});

test('after several restarts the last one can be used, also from another network, and leaves nothing behind', async t => {
  const { world, teacher, student, ices } = await lesson(52);
  const before = world.shard.plane.entries;
  let last: Reply | undefined;
  for (const ice of ices) last = await patch(world, student.session, ice, '*');
  t.is(world.shard.plane.entries, before + 1, 'the fragment that is in use, and the new one');
  student.client.restart(ices.at(-1)!, iceOf((last as Restarted).fragment));
  await student.client.moveTo('10.7.0.1');
  await world.pass(60_000);
  await sendVideo(world, teacher, { count: 10 });
  await world.pass(100);
  t.is(student.client.rtp.length, 10);
  await Promise.all([teacher, student].map(({ client }) => client.leave()));
  await world.pass(1000);
  t.is(world.shard.plane.entries, 0);
  await world.stop();
});

test('a restart whose answer was lost is answered the same when it is asked for again', async t => {
  const { world, student, ices } = await lesson(53);
  const [ice] = ices as [IceCredentials];
  const first = (await patch(world, student.session, ice, '*')) as Restarted;
  t.is(first.type, 'restarted');
  t.deepEqual(await patch(world, student.session, ice, '*'), first);
  student.client.restart(ice, iceOf(first.fragment));
  await world.pass(60_000);
  t.is((await world.report()).viewers, 1);
  t.is((await patch(world, student.session, ice, first.etag)).type, 'accepted', 'candidates that come later');
  await world.stop();
});

test('a restart that was made with an entity tag is repeated with the same one', async t => {
  const { world, student, ices } = await lesson(54);
  const [one, two] = ices as [IceCredentials, IceCredentials];
  const { etag } = (await patch(world, student.session, one, '*')) as Restarted;
  const first = await patch(world, student.session, two, etag);
  t.is(first.type, 'restarted');
  t.deepEqual(await patch(world, student.session, two, etag), first);
  t.like(await patch(world, student.session, one, etag), { type: 'refused', status: 412 });
  await world.stop();
});

test('candidates that overtake the answer to our offer are taken', async t => {
  const { world, ices } = await lesson(55);
  const [ice] = ices as [IceCredentials];
  const session = makeSessionId('viewer', 0, seededRandom(1));
  const question: Omit<OpenSession, 'replyTo'> = { type: 'open', session, stream: 'math-101' };
  const opened = await world.ask<Opened>('/shards/shard-0/pulls', question);
  t.is((await patch(world, session, ice)).type, 'accepted');
  t.is((await patch(world, session, ice, opened.etag)).type, 'accepted');
  const answer: Omit<SendAnswer, 'replyTo'> = { type: 'send-answer', sdp: viewerAnswer(ice, opened.sdp) };
  t.is((await world.askSession<Accepted>(session, answer)).type, 'accepted');
  t.is((await patch(world, session, ice)).type, 'accepted', 'and afterwards');
  t.like(await patch(world, session, ices[1]!), { type: 'refused', status: 428 }, 'a restart needs If-Match');
  await world.stop();
});
