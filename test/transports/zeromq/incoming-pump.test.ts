import test from 'ava';
import { VirtualClock } from '../../../simulations/virtual-clock.ts';
import { IncomingPump, type Sent } from '../../../transports/zeromq/incoming-pump.ts';

/** A pump whose peers have frames waiting, and take what the test says. */
function pumpOf(waiting: Record<string, string[]>) {
  const clock = new VirtualClock();
  const sent: string[] = [];
  const gone: string[] = [];
  const answers = new Map<string, Sent>();
  let isSending = false;
  const pump = new IncomingPump({
    clock,
    async send(connection, [text]) {
      if (isSending) throw new Error('two sends at a time');
      isSending = true;
      await null;
      isSending = false;
      const answer = answers.get(connection) ?? 'sent';
      if (answer === 'sent') sent.push(`${connection}${text}`);
      return answer;
    },
    sendable: () => Object.keys(waiting).filter(name => waiting[name]!.length > 0),
    transmit(name) {
      const text = waiting[name]!.shift();
      return text === undefined ? undefined : [text];
    },
    onGone(name) {
      gone.push(name);
      delete waiting[name];
    },
  });
  return { clock, pump, sent, gone, answers, waiting };
}

test('peers have turns, one frame each', async t => {
  const { pump, sent } = pumpOf({ a: ['1', '2', '3'], b: ['1'], c: ['1', '2'] });
  await Promise.all([pump.run(), pump.run()]);
  t.deepEqual(sent, ['a1', 'b1', 'c1', 'a2', 'c2', 'a3']);
});

test('one that takes nothing keeps nobody waiting, and loses nothing', async t => {
  const { clock, pump, sent, answers, waiting } = pumpOf({ a: ['1', '2'], b: ['1', '2'] });
  answers.set('a', 'full');
  await pump.run();
  t.deepEqual(sent, ['b1', 'b2']);
  waiting.b!.push('3');
  await pump.run();
  clock.advanceBy(1_000);
  await pump.run();
  t.deepEqual(sent, ['b1', 'b2', 'b3']);
  t.is(clock.timersSet, 1);
  answers.clear();
  clock.advanceBy(1_000);
  await pump.run();
  t.deepEqual(sent.slice(3), ['a1', 'a2']);
  t.is(clock.timersSet, 0);
});

test('one that is gone is said to be, and not tried again', async t => {
  const { pump, sent, gone, answers } = pumpOf({ a: ['1', '2'], b: ['1'] });
  answers.set('a', 'gone');
  await pump.run();
  t.deepEqual([sent, gone], [['b1'], ['a']]);
});

test('a farewell takes the place of what a peer had no room for', async t => {
  const { clock, pump, sent, answers, waiting } = pumpOf({ a: ['1', '2'], b: [] });
  answers.set('a', 'full');
  await pump.run();
  waiting.a = [];
  pump.end('a', ['bye']);
  answers.clear();
  await pump.run();
  clock.advanceBy(1_000);
  await pump.run();
  t.deepEqual(sent, ['abye']);
});

test('closing sends the farewells, and leaves no timer', async t => {
  const { clock, pump, sent, answers } = pumpOf({ a: ['1'], b: ['1'] });
  answers.set('a', 'full');
  const running = pump.run();
  pump.end('b', ['bye']);
  await pump.close();
  await running;
  t.true(sent.includes('bbye'));
  t.is(clock.timersSet, 0);
});
