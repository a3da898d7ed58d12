/** The picture of the storm's publisher: a texture that the camera pans over, so that every frame costs the encoder something. */
import type { Random } from '../../transports/random.ts';

export const WIDTH = 640;
export const HEIGHT = 360;
const TEXTURE_WIDTH = 1024;
const TEXTURE_HEIGHT = 640;
/** Cells across, from the coarse to the fine: shapes, and detail on them. */
const OCTAVES = [4, 8, 16, 32, 64, 128] as const;
/** Radians a frame, unlike each other so that the way does not repeat soon. */
const PAN_X = 1 / 40;
const PAN_Y = 1 / 55;
const GREY = 128;

/** Frame after frame in I420 (planes of Y, U and V); the buffer of one call is written over by the next. */
export function movingPicture(random: Random): (number: number) => Uint8Array {
  const texture = textureOf(random);
  const frame = new Uint8Array((WIDTH * HEIGHT * 3) / 2).fill(GREY);
  const middleX = (TEXTURE_WIDTH - WIDTH) / 2;
  const middleY = (TEXTURE_HEIGHT - HEIGHT) / 2;
  return number => {
    const left = middleX + Math.round(60 * Math.sin(number * PAN_X));
    const top = middleY + Math.round(40 * Math.sin(number * PAN_Y));
    for (let y = 0; y < HEIGHT; y += 1) {
      const from = (top + y) * TEXTURE_WIDTH + left;
      frame.set(texture.subarray(from, from + WIDTH), y * WIDTH);
    }
    return frame;
  };
}

/** Value noise: random heights on grids of several widths, the finer ones flatter, added up. */
function textureOf(random: Random): Uint8Array {
  const heights = new Float64Array(TEXTURE_WIDTH * TEXTURE_HEIGHT);
  let weights = 0;
  for (const cells of OCTAVES) {
    const weight = 1 / Math.sqrt(cells);
    weights += weight;
    addOctave(heights, cells, weight, random);
  }
  return Uint8Array.from(heights, height => (height / weights) * 255);
}

function addOctave(heights: Float64Array, cells: number, weight: number, random: Random): void {
  const side = cells + 1;
  const grid = Float64Array.from({ length: side * side }, () => random.unit());
  for (let y = 0; y < TEXTURE_HEIGHT; y += 1) {
    const gridY = (y / TEXTURE_HEIGHT) * cells;
    const row = Math.floor(gridY);
    for (let x = 0; x < TEXTURE_WIDTH; x += 1) {
      const gridX = (x / TEXTURE_WIDTH) * cells;
      const column = Math.floor(gridX);
      const at = row * side + column;
      const above = between(grid[at]!, grid[at + 1]!, gridX - column);
      const below = between(grid[at + side]!, grid[at + side + 1]!, gridX - column);
      heights[y * TEXTURE_WIDTH + x]! += weight * between(above, below, gridY - row);
    }
  }
}

function between(a: number, b: number, share: number): number {
  return a + (b - a) * share;
}
