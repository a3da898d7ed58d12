import test from 'ava';
import { dropsIn, udpDrops } from '../../../simulations/bench/udp-drops.ts';

/** Lines as proc(5) has them: ports 7000 (1B58) and 7001 (1B59) are remote ones here. */
const text = [
  '   sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode ref pointer drops',
  '  100: 0100007F:1B58 00000000:0000 07 00000000:00000000 00:00000000 00000000     0        0 1 2 0 5',
  '  101: 0100007F:9C40 0100007F:1B58 01 00000000:00000000 00:00000000 00000000     0        0 1 2 0 30',
  '  102: 0100007F:9C41 0100007F:1B58 01 00000000:00000000 00:00000000 00000000     0        0 1 2 0 12',
  '  103: 0100007F:9C42 0100007F:1B59 01 00000000:00000000 00:00000000 00000000     0        0 1 2 0 700',
  '',
].join('\n');

test('the drops of the sockets that are connected to those ports', t => {
  t.is(dropsIn(text, new Set([7000])), 42);
  t.is(dropsIn(text, new Set([7000, 7001])), 742);
  t.is(dropsIn(text, new Set()), 0);
});

test('where the system tells, nothing was dropped at sockets that are not there', t => {
  t.is(udpDrops(new Set()), process.platform === 'linux' ? 0 : undefined);
});
