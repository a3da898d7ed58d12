import test from 'ava';
import type { Picture } from '../../../simulations/bench/picture-marks.ts';
import { CORRUPT_ERROR, TestPicture } from '../../../simulations/bench/test-picture.ts';

const picture = new TestPicture();
const drawn = (number: number) => picture.draw({ number, capturedAtMs: 0 });

/** Every pixel the mean of itself and its neighbours, as a coarse encoder leaves it. */
function blurred({ width, height, data }: Picture): Picture {
  const soft = data.slice();
  for (let i = width; i < width * (height - 1); i += 1) {
    let sum = 0;
    for (const offset of [-width - 1, -width, -width + 1, -1, 0, 1, width - 1, width, width + 1])
      sum += data[i + offset]!;
    soft[i] = sum / 9;
  }
  return { width, height, data: soft };
}

function halved({ width, height, data }: Picture): Picture {
  const half = { width: width / 2, height: height / 2, data: new Uint8Array((width * height * 3) / 8) };
  for (let y = 0; y < half.height; y += 1)
    for (let x = 0; x < half.width; x += 1) half.data[y * half.width + x] = data[2 * y * width + 2 * x]!;
  return half;
}

test('a picture is itself; blurred, and in half the size, it is still taken for sound', t => {
  for (const number of [0, 7, 79, 80, 12_345]) {
    t.is(picture.errorOf(drawn(number), number), 0);
    t.true(picture.errorOf(blurred(drawn(number)), number) < CORRUPT_ERROR / 2);
    t.true(picture.errorOf(halved(drawn(number)), number) < CORRUPT_ERROR / 2);
  }
});

test('the picture before or after, in place of the one that is named, is taken for corrupt', t => {
  for (let number = 1; number <= 80; number += 1) {
    t.true(picture.errorOf(drawn(number - 1), number) > CORRUPT_ERROR, `before ${number}`);
    t.true(picture.errorOf(drawn(number + 1), number) > CORRUPT_ERROR, `after ${number}`);
  }
});

test('damage to a stripe of a sixteenth of the height is seen', t => {
  const damaged = drawn(3);
  damaged.data.fill(128, 640 * 200, 640 * 220);
  t.true(picture.errorOf(damaged, 3) > CORRUPT_ERROR);
});
