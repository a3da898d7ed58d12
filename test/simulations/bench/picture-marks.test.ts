import test from 'ava';
import fc from 'fast-check';
import {
  type Picture,
  readMarks,
  sinceCapture,
  writeMarks,
} from '../../../simulations/bench/picture-marks.ts';

function grey(width: number, height: number): Picture {
  return { width, height, data: new Uint8Array((width * height * 3) / 2).fill(128) };
}

test('marks are read as they were written, in any size, and through noise', t => {
  fc.assert(
    fc.property(
      fc.nat(2 ** 20 - 1),
      fc.nat(2 ** 28 - 1),
      fc.constantFrom([640, 360], [480, 270], [320, 180], [160, 90]),
      fc.array(fc.integer({ min: -60, max: 60 }), { minLength: 7, maxLength: 50 }),
      (number, capturedAtMs, [width, height], noise) => {
        const picture = grey(width!, height!);
        writeMarks(picture, { number, capturedAtMs });
        const noisy = picture.data.map((shade, i) =>
          Math.max(0, Math.min(255, shade + noise[i % noise.length]!)),
        );
        const marks = readMarks({ ...picture, data: noisy });
        return marks?.number === number && marks.capturedAtMs === capturedAtMs;
      },
    ),
    { seed: 7 },
  );
  t.pass();
});

test('a picture without marks, or with one block painted over, has none', t => {
  t.is(readMarks(grey(640, 360)), undefined);
  const picture = grey(640, 360);
  writeMarks(picture, { number: 1234, capturedAtMs: 5678 });
  for (let block = 0; block < 64; block += 1) {
    const top = block < 32 ? 0 : 20;
    const left = (block % 32) * 20;
    const data = picture.data.slice();
    const shade = data[(top + 10) * 640 + left + 10]! > 128 ? 0 : 255;
    for (let y = top; y < top + 20; y += 1) data.fill(shade, y * 640 + left, y * 640 + left + 20);
    t.is(readMarks({ ...picture, data }), undefined, `block ${block}`);
  }
});

for (const sentMs of [2 ** 28 * 6000 - 40, 2 ** 28 * 6000 - 1, 2 ** 28 * 6000]) {
  test(`85 ms after ${sentMs} are 85 ms, wherever the clock of the marks turns`, t => {
    const picture = grey(640, 360);
    writeMarks(picture, { number: 0, capturedAtMs: sentMs });
    t.is(sinceCapture(readMarks(picture)!, sentMs + 85), 85);
    t.is(sinceCapture(readMarks(picture)!, sentMs - 2), -2, 'a clock that was set back');
  });
}
