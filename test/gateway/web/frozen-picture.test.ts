import test from 'ava';

interface Frozen {
  pictureWatch(): {
    restart(nowMs: number): void;
    look(figures: { framesDecoded: number; audioSamples: number }, nowMs: number): string;
  };
}
const module = new URL('../../../gateway/web/public/frozen.js', import.meta.url);
const { pictureWatch }: Frozen = await import(module.href);

test('a picture that stands still is called frozen after three seconds, and moving with the next frame', t => {
  const picture = pictureWatch();
  picture.restart(0);
  t.is(picture.look({ framesDecoded: 30, audioSamples: 0 }, 1000), 'moving');
  t.is(picture.look({ framesDecoded: 30, audioSamples: 0 }, 3999), 'moving');
  t.is(picture.look({ framesDecoded: 30, audioSamples: 0 }, 4000), 'frozen');
  t.is(picture.look({ framesDecoded: 30, audioSamples: 0 }, 9100), 'frozen');
  t.is(picture.look({ framesDecoded: 31, audioSamples: 0 }, 9200), 'moving');
});

test('a class without a camera is sound only, not a frozen picture', t => {
  const picture = pictureWatch();
  picture.restart(0);
  t.is(picture.look({ framesDecoded: 0, audioSamples: 48_000 }, 1000), 'expected');
  t.is(picture.look({ framesDecoded: 0, audioSamples: 240_000 }, 5000), 'sound only');
});

test('a new connection, whose counts start from nothing, is not frozen', t => {
  const picture = pictureWatch();
  picture.restart(0);
  picture.look({ framesDecoded: 900, audioSamples: 0 }, 30_000);
  picture.restart(40_000);
  t.is(picture.look({ framesDecoded: 0, audioSamples: 0 }, 41_000), 'expected');
  t.is(picture.look({ framesDecoded: 5, audioSamples: 0 }, 42_000), 'moving');
});
