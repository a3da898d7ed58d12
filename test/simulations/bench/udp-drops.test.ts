import test from 'ava';
import { dropsIn, udpDrops } from '../../../simulations/bench/udp-drops.ts';

/** Lines as proc(5) has them: two sockets of port 7000 (1B58), one of 7001 (1B59), and one that only speaks to 7000. */
const text = [
  '   sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode ref pointer drops',
  '  100: 0100007F:9C40 0100007F:1B58 07 00000000:00000000 00:00000000 00000000     0        0 1 2 0 5',
  '  101: 00000000:1B58 00000000:0000 07 00000000:00000000 00:00000000 00000000     0        0 1 2 0 30',
  '  102: 0100007F:1B58 0100007F:9C41 01 00000000:00000000 00:00000000 00000000     0        0 1 2 0 12',
  '  103: 00000000:1B59 00000000:0000 07 00000000:00000000 00:00000000 00000000     0        0 1 2 0 700',
  '',
].join('\n');

test('the drops of the sockets of those ports', t => {
  t.is(dropsIn(text, new Set([7000])), 42);
  t.is(dropsIn(text, new Set([7000, 7001])), 742);
  t.is(dropsIn(text, new Set()), 0);
});

test('where the system tells, nothing was dropped at sockets that are not there', t => {
  t.is(udpDrops(new Set()), process.platform === 'linux' ? 0 : undefined);
});
