/** Numbers that are the same in every run. */
import type { Random } from '../../../../transports/random.ts';

/** By a multiplicative generator, whose high bits are good enough for tests. */
export function seededRandom(seed = 1): Random {
  let state = (seed * 2 + 1) >>> 0;
  const uint32 = () => {
    state = (Math.imul(state, 0x9e3779b1) + 0x7f4a7c15) >>> 0;
    return (state ^ (state >>> 15)) >>> 0;
  };
  return {
    bytes: count => Uint8Array.from({ length: count }, () => uint32() >>> 24),
    uint32,
    unit: () => uint32() / 2 ** 32,
  };
}
