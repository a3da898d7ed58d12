import type { NetworkInterfaceInfo } from 'node:os';
import test from 'ava';
import { type Interfaces, localAddresses } from '../../../transports/udp/addresses.ts';
import { ipBytes } from '../../../transports/udp/ip-address.ts';

function info(address: string, internal = false): NetworkInterfaceInfo {
  const common = { address, netmask: '', mac: '00:00:00:00:00:00', internal, cidr: null };
  return address.includes(':') ? { ...common, family: 'IPv6', scopeid: 0 } : { ...common, family: 'IPv4' };
}

const loopback = { lo: [info('127.0.0.1', true), info('::1', true)] };
const server: Interfaces = {
  ...loopback,
  eth0: [info('2001:db8::5'), info('fe80::1'), info('192.0.2.5')],
  eth1: [info('febf::1'), info('198.51.100.5'), info('192.0.2.5')],
  down: undefined,
};

test('IPv4 comes first, link-local IPv6 not at all, and each address once', t => {
  t.deepEqual(localAddresses({}, server), ['192.0.2.5', '198.51.100.5', '2001:db8::5']);
});

test('loopback is used by a machine that has nothing else', t => {
  t.deepEqual(localAddresses({}, { ...loopback, eth0: [info('fe80::1')] }), ['127.0.0.1', '::1']);
});

test('loopback can be asked for and done without', t => {
  t.deepEqual(localAddresses({ loopback: 'always' }, server).slice(-2), ['127.0.0.1', '::1']);
  t.deepEqual(localAddresses({ loopback: 'never' }, loopback), []);
});

test('this machine has addresses, and they are such', t => {
  const addresses = localAddresses({ loopback: 'always' });
  t.true(addresses.length > 0);
  t.true(addresses.every(address => ipBytes(address) !== undefined));
});
