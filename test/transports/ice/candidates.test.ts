import test from 'ava';
import { hostCandidates } from '../../../transports/ice/candidates.ts';

test('each address is a candidate on the one port, in its order, once', t => {
  t.deepEqual(hostCandidates(['192.0.2.1', '2001:db8::1', '192.0.2.1'], 7001), [
    { address: '192.0.2.1', port: 7001 },
    { address: '2001:db8::1', port: 7001 },
  ]);
  t.deepEqual(hostCandidates([], 7001), []);
});
