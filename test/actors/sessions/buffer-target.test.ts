import test from 'ava';
import type { Accepted, SessionEvent } from '../../../actors/protocol.ts';
import { addressOf } from '../../../actors/runtime/address.ts';
import type { Message } from '../../../actors/runtime/behaviour.ts';
import { tell } from '../../../actors/runtime/effects.ts';
import type { OpenSession } from '../../../actors/sessions/facts.ts';
import { pullSession } from '../../../actors/sessions/pull-session.ts';
import type { BufferTarget, Subscribe, Subscribed } from '../../../actors/stream/messages.ts';
import { puppet, testSystem } from '../runtime/harness.ts';
import { shardFacts } from './shard-facts.ts';

const stream = addressOf('a', '/shards/shard-0/streams/stream-math-101');
const session = addressOf('a', '/pull-0-x');

/** A viewer's session whose stream is live. */
async function viewer() {
  const { system } = testSystem({ ports: { media: () => {}, log: () => {} } });
  const live: Subscribed = { type: 'subscribed', stream, live: true };
  system.start(stream.path, puppet, {
    reply: message => [tell((message as unknown as Subscribe).replyTo, live)],
  });
  const edge = system.inbox(() => {});
  const open: OpenSession = { type: 'open', session: 'pull-0-x', stream: 'math-101', replyTo: edge.address };
  system.start(session.path, pullSession, { open, facts: shardFacts });
  await system.whenQuiet();
  return {
    async hold(targetMs: number) {
      const message: BufferTarget = { type: 'buffer-target', stream: 'math-101', targetMs };
      system.tell(session, message);
      await system.whenQuiet();
    },
    /** Listens from now on; what is heard. */
    async listen() {
      const heard: SessionEvent[] = [];
      const inbox = system.inbox(message => heard.push(message as unknown as SessionEvent));
      const answer = await system.ask(session, { type: 'listen', listener: inbox.address } as Message, 1000);
      await system.whenQuiet();
      return { heard, answer: answer.type as Accepted['type'] | 'refused' };
    },
  };
}

const buffer = (targetMs: string): SessionEvent => ({
  type: 'session-event',
  event: 'buffer',
  data: { targetMs },
});

test('who listens hears each buffer target once, and who comes later the one that stands', async t => {
  const { hold, listen } = await viewer();
  const first = await listen();
  t.deepEqual(first, { heard: [], answer: 'accepted' });
  await hold(120);
  await hold(120);
  await hold(80);
  t.deepEqual(first.heard, [buffer('120'), buffer('80')]);
  const later = await listen();
  t.deepEqual(later.heard, [buffer('80')]);
  t.is(first.heard.length, 2);
});

test('who is not let in to listen hears nothing', async t => {
  const { hold, listen } = await viewer();
  await hold(120);
  for (;;) {
    const { answer, heard } = await listen();
    if (answer === 'accepted') continue;
    t.is(answer, 'refused');
    t.deepEqual(heard, []);
    break;
  }
});
