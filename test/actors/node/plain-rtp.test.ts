import test from 'ava';
import { edge } from '../../../actors/node/edge.ts';
import type { Refused, View } from '../../../actors/protocol.ts';
import { addressOf } from '../../../actors/runtime/address.ts';
import type { Message } from '../../../actors/runtime/behaviour.ts';
import type { OpenSession, ShardFacts } from '../../../actors/sessions/facts.ts';
import { testSystem } from '../runtime/harness.ts';
import { shardFacts } from '../sessions/shard-facts.ts';

/** What an edge makes of a view: what it has the shard open, or refuses. */
async function asked(
  allowsPlainRtp: boolean | undefined,
  view: Partial<View>,
): Promise<OpenSession | Refused | undefined> {
  const { system } = testSystem({ ports: { log: () => {} } });
  const said: Message[] = [];
  const inbox = system.inbox(message => said.push(message));
  const pulls = {
    name: 'pulls',
    restart: 'never' as const,
    start: () => [null] as const,
    receive(state: null, message: Message) {
      said.push(message);
      return [state] as const;
    },
  };
  system.start('/pull-edge', edge('pull-edge'), null);
  system.start('/shards/shard-0/pulls', pulls, null);
  const facts: ShardFacts = { ...shardFacts, ...(allowsPlainRtp !== undefined && { allowsPlainRtp }) };
  const edgeAddress = addressOf('a', '/pull-edge');
  system.tell(edgeAddress, { type: 'shards-ready', count: 1, shards: [facts] } as Message);
  system.tell(edgeAddress, { type: 'view', stream: 'math-101', replyTo: inbox.address, ...view } as Message);
  await system.whenQuiet();
  await system.stop();
  return said[0] as unknown as OpenSession | Refused | undefined;
}

test('plain RTP is refused where the node encrypts all media', async t => {
  for (const allows of [undefined, false]) {
    const answer = await asked(allows, { isPlain: true });
    t.like(answer, { type: 'refused', status: 403, title: 'Encryption required' });
  }
});

test('where it is allowed, who asks for it gets it', async t => {
  t.like(await asked(true, { isPlain: true }), { type: 'open', stream: 'math-101', isPlain: true });
});

test('and nobody else does', async t => {
  const opened = await asked(true, {});
  t.is(opened?.type, 'open');
  t.false('isPlain' in opened!);
  const whep = await asked(true, { offer: 'v=0' });
  t.false('isPlain' in whep!);
});
