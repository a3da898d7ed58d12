import test from 'ava';

interface Channel {
  postMessage(message: unknown): void;
  addEventListener(type: 'message', hear: (event: { data: unknown }) => void): void;
}
interface Seats {
  readonly SEATS: number;
  seatOn(channel: Channel, onLost: () => void): { take(): void; leave(): void };
}
const module = new URL('../../../gateway/web/public/seats.js', import.meta.url);
const { SEATS, seatOn }: Seats = await import(module.href);

/** Pages of one browser, and which of them sit. */
function browser() {
  const hearers: ((event: { data: unknown }) => void)[] = [];
  const seated = new Set<number>();
  const open = () => {
    const number = hearers.length;
    const channel: Channel = {
      postMessage(data) {
        for (const [other, hear] of [...hearers.entries()]) if (other !== number) hear({ data });
      },
      addEventListener: (_, hear) => void hearers.push(hear),
    };
    const seat = seatOn(channel, () => seated.delete(number));
    return {
      take() {
        seated.add(number);
        seat.take();
      },
      leave() {
        seated.delete(number);
        seat.leave();
      },
    };
  };
  return { open, sitting: () => [...seated].sort((a, b) => a - b) };
}

test('of many pages the last few sit', t => {
  const { open, sitting } = browser();
  for (let i = 0; i < 10; i += 1) open().take();
  t.deepEqual(sitting(), [7, 8, 9]);
  t.is(sitting().length, SEATS);
});

test('a page that is looked at again sits again, in place of the one that was longest there', t => {
  const { open, sitting } = browser();
  const pages = Array.from({ length: 4 }, open);
  for (const page of pages) page.take();
  t.deepEqual(sitting(), [1, 2, 3]);
  pages[0]?.take();
  t.deepEqual(sitting(), [0, 2, 3]);
  pages[1]?.take();
  t.deepEqual(sitting(), [0, 1, 3]);
});

test('who leaves makes room, and who has not sat down hears nothing', t => {
  const { open, sitting } = browser();
  const pages = Array.from({ length: 6 }, open);
  for (const page of pages.slice(0, 3)) page.take();
  pages[1]?.leave();
  pages[3]?.take();
  t.deepEqual(sitting(), [0, 2, 3]);
  pages[2]?.leave();
  pages[2]?.take();
  t.deepEqual(sitting(), [0, 2, 3]);
  pages[4]?.take();
  t.deepEqual(sitting(), [2, 3, 4]);
});
