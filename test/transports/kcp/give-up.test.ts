import test from 'ava';
import fc from 'fast-check';
import { Kcp } from '../../../transports/kcp/kcp.ts';
import { starts } from './sequence-starts.ts';

const MTU = 100;
const SEGMENT_BYTES = MTU - 24;
const properties = { seed: 20_260_126, numRuns: 100 };

/** A message of some segments that is told from others by its number, in each of its bytes. */
function message(number: number, segments: number): Uint8Array {
  return new Uint8Array((segments - 1) * SEGMENT_BYTES + 40).fill(number);
}

function ends(firstSequence: number) {
  const options = {
    conversation: 1,
    nodelay: 1,
    intervalMs: 10,
    fastResend: 2,
    congestionControl: false,
    mtuBytes: MTU,
    sendWindow: 128,
    firstSequence,
  } as const;
  return { sender: new Kcp(options), receiver: new Kcp(options) };
}

/** Lets ten milliseconds pass; `isLost` says of each datagram whether it is. */
function step(nowMs: number, { sender, receiver }: ReturnType<typeof ends>, isLost: () => boolean): void {
  sender.advance(nowMs);
  receiver.advance(nowMs);
  for (const [from, to] of [
    [sender, receiver],
    [receiver, sender],
  ] as const)
    for (let datagram = from.poll(); datagram !== undefined; datagram = from.poll())
      if (!isLost()) to.receive(nowMs, datagram);
}

for (const firstSequence of starts) {
  test(`each message comes whole or not at all, in order, whatever is given up: from ${firstSequence}`, t => {
    const plan = fc.array(
      fc.record({
        segments: fc.integer({ min: 1, max: 4 }),
        /** How many steps later it is given up, if ever. */
        givenUpAfter: fc.oneof(fc.constant(undefined), fc.nat(12)),
      }),
      { minLength: 1, maxLength: 60 },
    );
    fc.assert(
      fc.property(plan, fc.infiniteStream(fc.nat(99)), (messages, chance) => {
        const pair = ends(firstSequence);
        let lossPercent = 40;
        const isLost = () => (chance.next().value as number) < lossPercent;
        const ranges: { first: number; end: number; at: number }[] = [];
        const came: Uint8Array[] = [];
        let next = firstSequence;
        for (let turn = 0; turn < 400; turn += 1) {
          const planned = messages[turn];
          if (planned !== undefined) {
            pair.sender.send(turn * 10, message(turn + 1, planned.segments));
            const end = (next + planned.segments) >>> 0;
            if (planned.givenUpAfter !== undefined)
              ranges.push({ first: next, end, at: turn + planned.givenUpAfter });
            next = end;
          }
          for (const { first, end } of ranges.filter(({ at }) => at === turn)) pair.sender.giveUp(first, end);
          if (turn > 100) lossPercent = 0;
          step(turn * 10, pair, isLost);
          for (let one = pair.receiver.pollMessage(); one !== undefined; one = pair.receiver.pollMessage())
            came.push(one);
        }
        return (
          pair.sender.waitingSegments === 0 &&
          came.length === messages.length &&
          came.every((bytes, place) => {
            const { segments, givenUpAfter } = messages[place]!;
            const isWhole = Buffer.compare(bytes, message(place + 1, segments)) === 0;
            return isWhole || (bytes.length === 0 && givenUpAfter !== undefined);
          })
        );
      }),
      properties,
    );
    t.pass();
  });
}

test('what was given up goes out again with its number, and no longer than its header', t => {
  const { sender, receiver } = ends(7);
  sender.send(0, message(1, 1));
  sender.advance(0);
  t.is(sender.poll()!.length, 64);
  sender.giveUp(7, 8);
  sender.advance(300);
  const again = sender.poll()!;
  t.is(again.length, 24);
  receiver.receive(300, again);
  t.deepEqual([...receiver.pollMessage()!], []);
});
