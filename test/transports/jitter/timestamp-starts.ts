/** Where tests of timestamps begin, so that each scenario also runs across the wrap-around of 2^32, and of its half. */
export const timestampStarts: readonly number[] = [
  0,
  1,
  960,
  0x7fff_0000,
  0x7fff_ffff,
  0x8000_0000,
  0xffff_0000,
  0xffff_fc40,
  0xffff_ffff,
  3 * 2 ** 32 - 960,
];
