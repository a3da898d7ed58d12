import { mkdtempSync, rmSync, truncateSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { FILE_MAX_BYTES, GeoFiles, LOOK_INTERVAL_MS } from '../../../gateway/geo/geo-files.ts';
import { virtualClock } from '../virtual-clock.ts';
import { mmdb } from './mmdb.ts';

const beijing = { country: { iso_code: 'CN' }, location: { latitude: 39.9, longitude: 116.4 } };
const berlin = { country: { iso_code: 'DE' }, location: { latitude: 52.5, longitude: 13.4 } };

function folder(t: ExecutionContext) {
  const path = mkdtempSync(join(tmpdir(), 'zrtc-geo-test-'));
  t.teardown(() => rmSync(path, { recursive: true }));
  let second = 0;
  return {
    /** Each write is of a time of its own. */
    write(name: string, content: Buffer) {
      const file = join(path, name);
      writeFileSync(file, content);
      second += 1;
      utimesSync(file, second, second);
      return file;
    },
  };
}

function silentLog() {
  const told: string[] = [];
  const line = (_: object, text: string) => void told.push(text);
  return { told, info: line, warn: line };
}

test('cities from one file, systems from another', async t => {
  const { write } = folder(t);
  const city = write('city.mmdb', mmdb({ '10.1.0.0/16': beijing, '10.2.0.0/16': berlin }));
  const asn = write('asn.mmdb', mmdb({ '10.0.0.0/8': { autonomous_system_number: 9808 } }));
  const files = await GeoFiles.open([city, asn], virtualClock(), silentLog());
  t.deepEqual(files.find('10.1.2.3'), {
    region: 'cn',
    at: { latitude: 39.9, longitude: 116.4 },
    isps: ['as9808'],
  });
  t.is(files.find('10.2.0.1')?.region, 'de');
  t.deepEqual(files.find('10.3.0.1'), { isps: ['as9808'] });
  for (const ip of ['192.0.2.1', '2001:db8::1', 'nonsense', '']) t.is(files.find(ip), undefined, ip);
  files.close();
});

test('a file that changes is read anew; one that is broken, or gone, leaves the one before in use', async t => {
  const { write } = folder(t);
  const file = write('city.mmdb', mmdb({ '10.1.0.0/16': beijing }));
  const log = silentLog();
  const files = await GeoFiles.open([file], virtualClock(), log);
  await files.look();
  t.deepEqual(log.told, []);
  write('city.mmdb', mmdb({ '10.1.0.0/16': berlin }));
  await files.look();
  t.is(files.find('10.1.0.1')?.region, 'de');
  write('city.mmdb', Buffer.from('half a file'));
  await files.look();
  await files.look();
  t.is(files.find('10.1.0.1')?.region, 'de');
  rmSync(file);
  await files.look();
  t.is(files.find('10.1.0.1')?.region, 'de');
  write('city.mmdb', mmdb({ '10.1.0.0/16': beijing }));
  await files.look();
  t.is(files.find('10.1.0.1')?.region, 'cn');
  t.deepEqual(log.told, [
    'database of addresses read anew',
    'database of addresses cannot be read; the one before stays in use',
    'database of addresses read anew',
  ]);
});

test('it looks by itself, and no more once it is closed', async t => {
  const { write } = folder(t);
  const clock = virtualClock();
  const file = write('city.mmdb', mmdb({ '10.1.0.0/16': beijing }));
  const files = await GeoFiles.open([file], clock, silentLog());
  t.is(clock.timerCount, 1);
  clock.advance(LOOK_INTERVAL_MS);
  files.close();
  t.is(clock.timerCount, 0);
  const none = await GeoFiles.open([], clock, silentLog());
  t.is(clock.timerCount, 0);
  t.is(none.find('10.1.0.1'), undefined);
});

test('one that cannot be read, or is too large, stops the start with its name', async t => {
  const { write } = folder(t);
  const broken = write('broken.mmdb', Buffer.from('no database'));
  await t.throwsAsync(GeoFiles.open([broken], virtualClock(), silentLog()), {
    message: /broken\.mmdb is no database/,
  });
  // A hole: it takes no room.
  truncateSync(broken, FILE_MAX_BYTES + 1);
  await t.throwsAsync(GeoFiles.open([broken], virtualClock(), silentLog()), { message: /is larger than/ });
  await t.throwsAsync(GeoFiles.open([`${broken}.gone`], virtualClock(), silentLog()), { message: /ENOENT/ });
});
