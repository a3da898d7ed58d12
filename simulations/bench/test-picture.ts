/**
 * A moving picture that is known from its number alone, so that who sees it can tell whether it is the one that was sent:
 * waves and a box that wander, over a texture that drifts along and gives the encoder about as much to do as a camera.
 */
import {
  COLUMNS,
  MARK_ROWS,
  type Marks,
  meanOfCell,
  type Picture,
  ROWS,
  writeMarks,
} from './picture-marks.ts';

export const WIDTH = 640;
export const HEIGHT = 360;
export const FRAMES_PER_SECOND = 30;

/** After these it begins anew; whole turns of everything in it. */
const PERIOD_FRAMES = 80;
const WAVE = 55;
const TEXTURE = 36;
const DRIFT_PIXELS = WIDTH / PERIOD_FRAMES;
const BOX_PIXELS = 80;
const BOX_SHADE = 225;
const MIDDLE = 128;

/**
 * Cells that count for the error: damage is seldom all over a picture, and a mean of all would hide it. A sixteenth is
 * the height of one row of cells.
 */
const WORST_CELLS = COLUMNS;

/**
 * How far those cells may be off on average, in steps of luma. Encoded at a few hundred kbit/s, sound pictures stay below
 * a third of it; the picture before, in place of this one, is at twice as much.
 */
export const CORRUPT_ERROR = 16;

export class TestPicture {
  readonly #drawn: (Uint8Array | undefined)[] = [];
  readonly #means: (Float32Array | undefined)[] = [];

  /** A picture of its own for the caller. */
  draw(marks: Marks): Picture {
    const picture = { width: WIDTH, height: HEIGHT, data: this.#plain(marks.number).slice() };
    writeMarks(picture, marks);
    return picture;
  }

  /**
   * How far the picture is from the one of this number: the mean difference in luma, 0 to 255, of the cells that are
   * furthest off. It may have another size.
   */
  errorOf(picture: Picture, number: number): number {
    const expected = this.#meansOf(number);
    const errors = meansOf(picture).map((mean, i) => Math.abs(mean - expected[i]!));
    errors.sort();
    return errors.subarray(errors.length - WORST_CELLS).reduce((sum, error) => sum + error, 0) / WORST_CELLS;
  }

  #plain(number: number): Uint8Array {
    const phase = number % PERIOD_FRAMES;
    this.#drawn[phase] ??= drawPhase(phase);
    return this.#drawn[phase];
  }

  #meansOf(number: number): Float32Array {
    const phase = number % PERIOD_FRAMES;
    this.#means[phase] ??= meansOf({ width: WIDTH, height: HEIGHT, data: this.#plain(phase) });
    return this.#means[phase];
  }
}

function meansOf(picture: Picture): Float32Array {
  const means = new Float32Array((ROWS - MARK_ROWS) * COLUMNS);
  for (let row = MARK_ROWS; row < ROWS; row += 1) {
    for (let column = 0; column < COLUMNS; column += 1)
      means[(row - MARK_ROWS) * COLUMNS + column] = meanOfCell(picture, row, column);
  }
  return means;
}

function drawPhase(phase: number): Uint8Array {
  const data = new Uint8Array((WIDTH * HEIGHT * 3) / 2).fill(MIDDLE);
  const turn = phase / PERIOD_FRAMES;
  // Two turns a period across and three down, so that no two pictures near each other are alike.
  const across = Float32Array.from({ length: WIDTH }, (_, x) =>
    Math.sin(2 * Math.PI * ((2 * x) / WIDTH + 2 * turn)),
  );
  const down = Float32Array.from({ length: HEIGHT }, (_, y) =>
    Math.sin(2 * Math.PI * (y / HEIGHT + 3 * turn)),
  );
  for (let y = 0; y < HEIGHT; y += 1) {
    for (let x = 0; x < WIDTH; x += 1) {
      const noise = grain((x + phase * DRIFT_PIXELS) % WIDTH, y);
      data[y * WIDTH + x] = MIDDLE + (WAVE * (across[x]! + down[y]!)) / 2 + TEXTURE * (noise - 0.5);
    }
  }
  const left = Math.round(((WIDTH - BOX_PIXELS) * (1 + Math.sin(2 * Math.PI * turn))) / 2);
  const top = Math.round(((HEIGHT - BOX_PIXELS) * (1 + Math.cos(2 * Math.PI * turn))) / 2);
  for (let y = top; y < top + BOX_PIXELS; y += 1)
    data.fill(BOX_SHADE, y * WIDTH + left, y * WIDTH + left + BOX_PIXELS);
  return data;
}

/** A value of the place's own in 0 to 1, in grains of 4 pixels: finer ones no encoder keeps at such a bitrate. */
function grain(x: number, y: number): number {
  let hash = Math.imul(x >> 2, 0x9e3779b1) ^ Math.imul((y >> 2) + 1, 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
  return ((hash ^ (hash >>> 13)) >>> 8) / 2 ** 24;
}
