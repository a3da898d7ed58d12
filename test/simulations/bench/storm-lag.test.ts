import test from 'ava';
import { lagBehind } from '../../../simulations/bench/storm-lag.ts';

const old = [
  new Map([
    [3000, 100],
    [6000, 133],
    [9000, 166],
  ]),
  new Map([
    [3000, 102],
    [6000, 135],
  ]),
  new Map([
    [3000, 101],
    [6000, 134],
  ]),
];

test('the median of how much later the same frames came than to the old viewers in the middle', t => {
  const newcomer = new Map([
    [3000, 111],
    [6000, 139],
    [9000, 186],
  ]);
  t.is(lagBehind(newcomer, old), 10);
});

test('frames that the old viewers never had do not count', t => {
  t.is(lagBehind(new Map([...[1, 2, 3].map(i => [i, 500] as const), [3000, 103]]), old), 2);
});

test('with no frame in common nothing is known', t => {
  t.is(lagBehind(new Map([[1, 500]]), old), undefined);
  t.is(lagBehind(new Map(), old), undefined);
  t.is(lagBehind(new Map([[3000, 1]]), []), undefined);
});

test('who is ahead is behind by less than nothing', t => {
  t.is(lagBehind(new Map([[6000, 130]]), old), -4);
});
