import test from 'ava';
import { HEIGHT, movingPicture, WIDTH } from '../../../simulations/bench/storm-picture.ts';
import { seededRandom } from '../../../simulations/seeded-random.ts';

test('every frame is a whole I420 picture, has texture, and differs from the one before', t => {
  const picture = movingPicture(seededRandom('storm'));
  let before = Uint8Array.from(picture(0));
  for (const number of [1, 2, 100, 5000]) {
    const frame = Uint8Array.from(picture(number));
    t.is(frame.length, (WIDTH * HEIGHT * 3) / 2);
    t.true(new Set(frame.subarray(0, WIDTH * HEIGHT)).size > 50);
    t.notDeepEqual(frame, before);
    before = frame;
  }
});

test('the same seed makes the same picture', t => {
  t.deepEqual(movingPicture(seededRandom(1))(7), movingPicture(seededRandom(1))(7));
});
