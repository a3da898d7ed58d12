import test from 'ava';
import fc from 'fast-check';
import { locationOfRecord, mergedLocation } from '../../../actors/geo/geo-record.ts';
import { isGeoName } from '../../../actors/geo/location.ts';

test('a record of each kind of database', t => {
  t.deepEqual(
    locationOfRecord({
      country: { iso_code: 'CN' },
      subdivisions: [{ iso_code: 'BJ' }],
      location: { latitude: 39.9, longitude: 116.4, accuracy_radius: 20 },
    }),
    { region: 'cn-bj', at: { latitude: 39.9, longitude: 116.4 } },
  );
  t.deepEqual(locationOfRecord({ country: { iso_code: 'DE' } }), { region: 'de' });
  t.deepEqual(
    locationOfRecord({ autonomous_system_number: 9808, autonomous_system_organization: 'China Mobile Ltd.' }),
    { isps: ['as9808', 'china-mobile-ltd'] },
  );
  t.deepEqual(locationOfRecord({ isp: 'China Mobile' }), { isps: ['china-mobile'] });
});

test('of several databases the first that knows a part is believed, and all names of the ISP are kept', t => {
  t.deepEqual(
    mergedLocation([
      { region: 'cn-bj', isps: ['as9808'] },
      { region: 'cn', at: { latitude: 1, longitude: 2 }, isps: ['china-mobile', 'as9808'] },
    ]),
    { region: 'cn-bj', at: { latitude: 1, longitude: 2 }, isps: ['as9808', 'china-mobile'] },
  );
  t.deepEqual(mergedLocation([{}, {}]), {});
});

test('whatever is in a record, what comes of it can be compared, or is not there', t => {
  const odd = fc.oneof(fc.anything(), fc.string(), fc.double());
  const record = fc.record(
    {
      country: fc.oneof(fc.record({ iso_code: odd }), odd),
      subdivisions: fc.oneof(fc.array(fc.record({ iso_code: odd })), odd),
      location: fc.oneof(fc.record({ latitude: odd, longitude: odd }), odd),
      isp: odd,
      autonomous_system_number: odd,
      autonomous_system_organization: odd,
    },
    { requiredKeys: [] },
  );
  fc.assert(
    fc.property(fc.oneof(record, fc.anything()), found => {
      const { region, at, isps = [] } = locationOfRecord(found);
      const names = [...(region === undefined ? [] : [region]), ...isps];
      return names.every(isGeoName) && (at === undefined || Math.abs(at.latitude) <= 90);
    }),
    { seed: 8, numRuns: 1000 },
  );
  t.pass();
});
