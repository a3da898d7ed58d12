/** Where tests of sequence numbers begin, so that each scenario also runs across every kind of wrap-around. */
export const sequenceStarts: readonly number[] = [
  0, 1, 2, 127, 128, 511, 512, 16_383, 32_766, 32_767, 32_768, 32_769, 65_000, 65_533, 65_534, 65_535,
];

/** The sequence number `steps` after `start`, as it stands on the wire. */
export function after(start: number, steps: number): number {
  return (start + steps) & 0xffff;
}
