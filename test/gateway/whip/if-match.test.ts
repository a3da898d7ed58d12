import test from 'ava';
import { parseIfMatch } from '../../../gateway/whip/if-match.ts';

for (const [header, expected] of [
  ['', {}],
  ['*', { ifMatch: '*' }],
  ['"*"', { ifMatch: '*' }],
  ['"ice-1"', { ifMatch: 'ice-1' }],
  [' ice-1 ', { ifMatch: 'ice-1' }],
  ['W/"ice-1"', { ifMatch: 'W/"ice-1"' }],
  ['"a", "b"', 'several'],
] as const) {
  test(`If-Match: ${header}`, t => t.deepEqual(parseIfMatch(header), expected));
}
