import test from 'ava';
import fc from 'fast-check';
import { ViewerNumbering } from '../../../actors/forwarding/viewer-numbering.ts';
import { sequenceStarts } from '../../transports/rtp/sequence-starts.ts';

for (const start of sequenceStarts) {
  test(`whatever a viewer is not sent from ${start} on, it sees one row, and is understood when it asks`, t => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 300 }), { minLength: 1, maxLength: 3 }), skips => {
        const numbering = new ViewerNumbering();
        const known = new Map<number, number>();
        let track = start;
        let last: number | undefined;
        for (const skip of skips) {
          for (let i = 0; i < 50; i += 1) {
            const number = numbering.number(track);
            if (last !== undefined && number !== ((last + 1) & 0xffff)) throw new Error('a gap');
            known.set(number, track);
            last = number;
            track += 1;
          }
          track += skip;
          numbering.skipTo(track);
        }
        for (const [number, of] of known) {
          if (numbering.trackNumber(number) !== of) throw new Error(`${number} was ${of}`);
          if (numbering.numberOf(of) !== number) throw new Error(`${of} was sent as ${number}`);
        }
      }),
      { numRuns: 50 },
    );
    t.pass();
  });
}

test('what a viewer was not sent, it cannot ask for', t => {
  const numbering = new ViewerNumbering();
  t.is(numbering.trackNumber(5), undefined);
  numbering.number(100);
  t.is(numbering.trackNumber(101), undefined);
  numbering.skipTo(200);
  t.is(numbering.number(200), 101);
  t.is(numbering.trackNumber(101), 200);
  t.is(numbering.trackNumber(100), 100);
  t.is(numbering.trackNumber(102), undefined);
});
