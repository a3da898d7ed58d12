import test from 'ava';
import fc from 'fast-check';
import { cases } from './cases.ts';
import { rtcpPacket, rtpPacket, sessionKeys, toHex } from './packets.ts';

const edits = fc.array(
  fc.record({
    kind: fc.constantFrom('flip', 'truncate', 'insert'),
    at: fc.nat(2000),
    value: fc.integer({ min: 1, max: 255 }),
  }),
  { minLength: 1, maxLength: 4 },
);

type Edit = { kind: string; at: number; value: number };

function mutate(bytes: Uint8Array, changes: readonly Edit[]): Uint8Array {
  let result = [...bytes];
  for (const { kind, at, value } of changes) {
    const place = at % (result.length + 1);
    if (kind === 'truncate') result = result.slice(0, place);
    else if (kind === 'insert') result.splice(place, 0, value);
    else if (place < result.length) result[place]! ^= value;
  }
  return Uint8Array.from(result);
}

for (const { name, profile, makeSrtp } of cases) {
  test(`${name}: nothing that arrives makes opening throw or lets a changed packet through`, t => {
    const { a, b } = sessionKeys(profile);
    const sender = makeSrtp(a);
    const receiver = makeSrtp(b);
    fc.assert(
      fc.property(edits, fc.nat(65535), fc.nat(3), fc.nat(15), (changes, sequence, words, csrcs) => {
        const rtp = sender.sealRtp(rtpPacket(sequence, 1, 24, words, csrcs));
        const rtcp = sender.sealRtcp(rtcpPacket(1, sequence & 255));
        const changedRtp = mutate(rtp, changes);
        const changedRtcp = mutate(rtcp, changes);
        for (const [before, after, opened] of [
          [rtp, changedRtp, receiver.openRtp(changedRtp)],
          [rtcp, changedRtcp, receiver.openRtcp(changedRtcp)],
        ] as const) {
          if (opened instanceof Uint8Array && toHex(before) !== toHex(after)) return false;
        }
        return true;
      }),
      { seed: 7714, numRuns: 2000 },
    );
    t.pass();
  });

  test(`${name}: random bytes are refused`, t => {
    const receiver = makeSrtp(sessionKeys(profile).b);
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 120 }),
        bytes => typeof receiver.openRtp(bytes) === 'string' && typeof receiver.openRtcp(bytes) === 'string',
      ),
      { seed: 3550, numRuns: 2000 },
    );
    t.pass();
  });

  test(`${name}: short packets are malformed`, t => {
    const receiver = makeSrtp(sessionKeys(profile).b);
    const sender = makeSrtp(sessionKeys(profile).a);
    t.is(receiver.openRtp(new Uint8Array(0)), 'malformed');
    t.is(receiver.openRtcp(new Uint8Array(0)), 'malformed');
    t.is(receiver.openRtp(rtpPacket(1, 1, 9)), 'malformed', 'no room for a tag');
    t.is(
      receiver.openRtp(sender.sealRtp(rtpPacket(1)).map((byte, at) => (at === 0 ? byte & 0x3f : byte))),
      'malformed',
    );
    const longExtension = rtpPacket(1, 1, 20, 1);
    longExtension[14] = 0xff;
    t.is(receiver.openRtp(longExtension), 'malformed', 'an extension past the end');
    t.throws(() => sender.sealRtp(new Uint8Array(5)), { instanceOf: RangeError });
    t.throws(() => sender.sealRtcp(new Uint8Array(5)), { instanceOf: RangeError });
  });
}
