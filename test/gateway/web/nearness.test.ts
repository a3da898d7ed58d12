/** What a page measures of how far the server's sites are, and what it tells of it. */
import test from 'ava';

interface Measured {
  readonly site: string;
  readonly rttMs: number;
}
interface Nearness {
  measured(): readonly Measured[];
  measureLater(named: unknown, signal: AbortSignal): Promise<void>;
}
interface Module {
  nearness(browser: object): Nearness;
}
const module = new URL('../../../gateway/web/public/nearness.js', import.meta.url);
const { nearness }: Module = await import(module.href);

const HOUR_MS = 3_600_000;
const named = (...sites: string[]) => sites.map(site => ({ site, url: `https://${site}.example/live` }));

/** A browser whose requests to each site take so long, one after the other; what is none takes for ever. */
function browser(waysMs: Readonly<Record<string, readonly number[]>>, stored = new Map<string, string>()) {
  let nowMs = 0;
  const asked: { readonly url: string; readonly options: RequestInit }[] = [];
  const pauses: number[] = [];
  const near = nearness({
    storage: () => ({
      getItem: (key: string) => stored.get(key) ?? null,
      setItem: (key: string, value: string) => void stored.set(key, value),
    }),
    get: async (url: string, options: RequestInit) => {
      const site = new URL(url).hostname.split('.')[0]!;
      const count = asked.filter(one => one.url === url).length;
      asked.push({ url, options });
      const took = waysMs[site]?.[count];
      if (took === undefined) throw new TypeError('Failed to fetch');
      nowMs += Math.abs(took);
      return { ok: took >= 0 };
    },
    nowMs: () => nowMs,
    wallMs: () => 1_800_000_000_000 + nowMs,
    random: () => 0.5,
    pause: async (delayMs: number) => void pauses.push(delayMs),
  });
  return {
    near,
    asked,
    pauses,
    stored,
    pass: (byMs: number) => {
      nowMs += byMs;
    },
  };
}

const lasting = new AbortController().signal;

test('of three requests to a site the quicker of the latter two counts', async t => {
  const { near, asked, pauses } = browser({ a: [200, 31, 30.44], b: [90, 80, 85] });
  t.deepEqual(near.measured(), []);
  await near.measureLater(named('b', 'a'), lasting);
  t.deepEqual(near.measured(), [
    { site: 'a', rttMs: 30.4 },
    { site: 'b', rttMs: 80 },
  ]);
  t.is(asked.length, 6);
  for (const { options } of asked)
    t.like(options, { method: 'HEAD', cache: 'no-store', credentials: 'omit' });
  // Some seconds after the class has begun.
  t.deepEqual(pauses, [15_000]);
});

test('a site that does not answer, or not well, is not told of', async t => {
  const { near } = browser({ a: [10, 10, 10], refused: [-10, -10, -10] });
  await near.measureLater(named('gone', 'refused', 'a'), lasting);
  t.deepEqual(near.measured(), [{ site: 'a', rttMs: 10 }]);
});

test('what was measured lasts for an hour, in the next page too', async t => {
  const first = browser({ a: [1, 10, 10], b: [1, 20, 20] });
  await first.near.measureLater(named('a'), lasting);
  const next = browser({ a: [1, 50, 50], b: [1, 20, 20] }, first.stored);
  await next.near.measureLater(named('a', 'b'), lasting);
  t.deepEqual(next.near.measured(), [
    { site: 'a', rttMs: 10 },
    { site: 'b', rttMs: 20 },
  ]);
  t.is(next.asked.length, 3);
  next.pass(HOUR_MS);
  t.deepEqual(next.near.measured(), []);
});

test('no more is measured, kept or told than there may be', async t => {
  const sites = Array.from({ length: 60 }, (_, i) => `s${i}`);
  const { near, asked, stored } = browser(
    Object.fromEntries(sites.map((site, i) => [site, [1, i + 1, i + 1]])),
  );
  for (let i = 0; i < sites.length; i += 6) await near.measureLater(named(...sites.slice(i, i + 6)), lasting);
  t.is(asked.length, 10 * 4 * 3);
  t.is(Object.keys(JSON.parse([...stored.values()][0]!)).length, 32);
  t.is(near.measured().length, 8);
});

test('whatever the server names or the storage holds, nothing is measured of it but sites', async t => {
  for (const wrong of [
    undefined,
    null,
    'a',
    {},
    [null, 1, { site: 'a' }, { site: 'a', url: 'javascript:1' }, { site: 'a', url: 'http://a.example/live' }],
  ]) {
    const { near, asked } = browser({});
    await near.measureLater(wrong, lasting);
    t.deepEqual(asked, []);
  }
  for (const text of ['', '[', '7', 'null', '{"a":1}', '{"a":{"rttMs":"1","atMs":1}}']) {
    t.deepEqual(browser({}, new Map([['zrtc nearness', text]])).near.measured(), []);
  }
  const blocked = nearness({
    storage() {
      throw new DOMException('denied', 'SecurityError');
    },
  });
  t.deepEqual(blocked.measured(), []);
});

test('a page that has stopped measures nothing', async t => {
  const { near, asked } = browser({ a: [1, 1, 1] });
  await near.measureLater(named('a'), AbortSignal.abort());
  t.deepEqual(asked, []);
});
