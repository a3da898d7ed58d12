import test from 'ava';
import { clientOf, isLoopback } from '../../../gateway/http/client-address.ts';

for (const [ip, client] of [
  ['192.0.2.7', '192.0.2.7'],
  ['::ffff:192.0.2.7', '192.0.2.7'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
  ['2001:DB8:1:2::9', '2001:db8:1:2::/64'],
  ['2001:0db8::1', '2001:db8:0:0::/64'],
  ['fe80::1%eth0', 'fe80:0:0:0::/64'],
  ['::', '0:0:0:0::/64'],
  ['unknown', 'unknown'],
] as const) {
  test(`${ip} is counted as ${client}`, t => t.is(clientOf(ip), client));
}

test('loopback is 127.0.0.0/8 and ::1', t => {
  for (const ip of ['127.0.0.1', '127.255.0.9', '::1', '::ffff:127.0.0.1']) t.true(isLoopback(ip), ip);
  for (const ip of ['128.0.0.1', '0.0.0.0', '::', '127.example.com', '127.0.0.1.example.com'])
    t.false(isLoopback(ip), ip);
});
