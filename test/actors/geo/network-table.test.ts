import test from 'ava';
import fc from 'fast-check';
import type { Location } from '../../../actors/geo/location.ts';
import { NetworkTable, parseNetworkEntry } from '../../../actors/geo/network-table.ts';

const table = (...lines: readonly string[]) => new NetworkTable(lines.map(line => parseNetworkEntry(line)!));

test('of the networks that have an address the smallest counts, in whatever order they are written', t => {
  const lines = [
    '10.0.0.0/8 cn',
    '10.1.0.0/16 cn-bj china-mobile 39.9/116.4',
    '10.1.2.3 - as9808',
    '::/0 us',
  ];
  for (const found of [table(...lines), table(...lines.toReversed())]) {
    t.deepEqual(found.find('10.9.9.9'), { region: 'cn' });
    t.deepEqual(found.find('10.1.9.9'), {
      region: 'cn-bj',
      at: { latitude: 39.9, longitude: 116.4 },
      isps: ['china-mobile'],
    });
    t.deepEqual(found.find('::ffff:10.1.2.3'), { isps: ['as9808'] });
    t.deepEqual(found.find('2001:db8::1'), { region: 'us' });
  }
});

test('nobody knows what is in no network, or is no address', t => {
  const found = table('10.0.0.0/8 cn', '2001:db8::/32 de');
  for (const ip of ['192.0.2.1', '2001:db9::1', '', 'example.org']) t.is(found.find(ip), undefined);
});

for (const line of [
  '',
  '10.0.0.1/8 cn',
  '10.0.0.0/8 CN',
  '10.0.0.0/8 cn china_mobile',
  '10.0.0.0/8 cn - 39.9',
  '10.0.0.0/8 cn - 91/0',
  '10.0.0.0/8 cn - 0/181',
  '10.0.0.0/8 cn - 1/1 more',
]) {
  test(`'${line}' is no line of it`, t => t.is(parseNetworkEntry(line), undefined));
}

test('it finds what a look at every network finds', t => {
  const nets = fc.array(fc.record({ bits: fc.nat(32), address: fc.nat(0xffffffff) }), { maxLength: 30 });
  fc.assert(
    fc.property(nets, fc.nat(0xffffffff), fc.nat(32), (networks, drawn, near) => {
      const masked = (address: number, bits: number) =>
        bits === 0 ? 0 : (address >>> (32 - bits)) * 2 ** (32 - bits);
      const dotted = (address: number) => [24, 16, 8, 0].map(shift => (address >>> shift) & 255).join('.');
      // Half of the addresses drawn lie in one of the networks.
      const base = networks[0]?.address ?? 0;
      const address = masked(base, near) + (drawn % 2 ** (32 - near));
      let best: { readonly bits: number; readonly location: Location } | undefined;
      const lines = networks.map(({ bits, address: start }, i) => {
        const location = { region: `r${i}` };
        const holds = masked(start, bits) === masked(address, bits);
        if (holds && (best === undefined || bits >= best.bits)) best = { bits, location };
        return `${dotted(masked(start, bits))}/${bits} r${i}`;
      });
      t.deepEqual(table(...lines).find(dotted(address)), best?.location);
    }),
    { seed: 8, numRuns: 500 },
  );
});
