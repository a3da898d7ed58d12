/**
 * What a test picture says of itself: its number and when it was captured, as black and white blocks along its upper edge,
 * so big that they outlast any encoder and any change of size.
 */

/** A picture in planar YUV 4:2:0, luma first. */
export interface Picture {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array;
}

export interface Marks {
  /** 0 to 2^20 - 1: nine hours at 30 frames a second. */
  readonly number: number;
  /** Milliseconds of the wall clock, which all processes of a machine share, modulo 2^28: three days. */
  readonly capturedAtMs: number;
}

/** The marks are two rows of 32 blocks, each row an eighteenth of the picture's height. */
export const MARK_ROWS = 2;
export const ROWS = 18;
export const COLUMNS = 32;
const NUMBER_BITS = 20;
const TIME_BITS = 28;
const CHECK_BITS = 16;
const BLACK = 16;
const WHITE = 235;

/** Draws over the upper edge of the picture. */
export function writeMarks({ width, height, data }: Picture, marks: Marks): void {
  bitsOf(marks).forEach((bit, i) => {
    const block = blockAt(width, height, Math.floor(i / COLUMNS), i % COLUMNS);
    const shade = bit === 1 ? WHITE : BLACK;
    for (let y = block.top; y < block.bottom; y += 1)
      data.fill(shade, y * width + block.left, y * width + block.right);
  });
}

/** The marks of a picture of any size; undefined when they do not agree with their own checksum. */
export function readMarks(picture: Picture): Marks | undefined {
  const bits = Array.from({ length: MARK_ROWS * COLUMNS }, (_, i) =>
    meanOfCell(picture, Math.floor(i / COLUMNS), i % COLUMNS) > (BLACK + WHITE) / 2 ? 1 : 0,
  );
  const number = numberFrom(bits, 0, NUMBER_BITS);
  const capturedAtMs = numberFrom(bits, NUMBER_BITS, TIME_BITS);
  const check = numberFrom(bits, NUMBER_BITS + TIME_BITS, CHECK_BITS);
  return check === checkOf(number, capturedAtMs) ? { number, capturedAtMs } : undefined;
}

/** How long ago that was at `wallMs`, across the turn of the marks' clock. */
export function sinceCapture({ capturedAtMs }: Marks, wallMs: number): number {
  const span = 2 ** TIME_BITS;
  const elapsedMs = (((wallMs - capturedAtMs) % span) + span) % span;
  return elapsedMs < span / 2 ? elapsedMs : elapsedMs - span;
}

/** The mean luma of the middle of one cell: the edges of cells run into each other. Rows count from the upper edge. */
export function meanOfCell({ width, height, data }: Picture, row: number, column: number): number {
  const { left, right, top, bottom } = blockAt(width, height, row, column);
  const marginX = (right - left) >> 2;
  const marginY = (bottom - top) >> 2;
  let sum = 0;
  let count = 0;
  for (let y = top + marginY; y < bottom - marginY; y += 1) {
    for (let x = left + marginX; x < right - marginX; x += 1) {
      sum += data[y * width + x]!;
      count += 1;
    }
  }
  return count === 0 ? 0 : sum / count;
}

function blockAt(width: number, height: number, row: number, column: number) {
  return {
    left: Math.round((column * width) / COLUMNS),
    right: Math.round(((column + 1) * width) / COLUMNS),
    top: Math.round((row * height) / ROWS),
    bottom: Math.round(((row + 1) * height) / ROWS),
  };
}

function bitsOf({ number, capturedAtMs }: Marks): readonly number[] {
  const numberBits = number % 2 ** NUMBER_BITS;
  const timeBits = Math.floor(capturedAtMs) % 2 ** TIME_BITS;
  return [
    ...bits(numberBits, NUMBER_BITS),
    ...bits(timeBits, TIME_BITS),
    ...bits(checkOf(numberBits, timeBits), CHECK_BITS),
  ];
}

function bits(value: number, count: number): readonly number[] {
  return Array.from({ length: count }, (_, i) => (value >>> (count - 1 - i)) & 1);
}

function numberFrom(bits: readonly number[], from: number, count: number): number {
  return bits.slice(from, from + count).reduce((value, bit) => value * 2 + bit, 0);
}

/** CRC-16/CCITT of the two, bit by bit: it finds every run of wrong bits up to its own length. */
function checkOf(number: number, timeMs: number): number {
  let crc = 0xffff;
  for (const bit of [...bits(number, NUMBER_BITS), ...bits(timeMs, TIME_BITS)]) {
    const isOut = (crc >>> 15 !== 0) !== (bit === 1);
    crc = ((crc << 1) & 0xffff) ^ (isOut ? 0x1021 : 0);
  }
  return crc;
}
