/** Where sequence numbers and clocks begin, so that each test of them meets every way of wrapping around. */
export const starts: readonly number[] = [0, 1000, 2 ** 31 - 20, 2 ** 32 - 20, 2 ** 32 - 1];
