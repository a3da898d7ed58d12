import { fileURLToPath } from 'node:url';
import test from 'ava';
import { runWithMtu } from './small-network.ts';

const program = fileURLToPath(new URL('./small-mtu.process.ts', import.meta.url));
/** The header of RTP, the payload, and the tag. */
const SEALED_BYTES = 12 + 1400 + 16;

test('where a path takes no segments of their length, packets go one by one, and all of them come', async t => {
  t.deepEqual(JSON.parse(await runWithMtu(1_280, program)), {
    came: [30, 30],
    lengths: [SEALED_BYTES],
    sendErrors: 0,
  });
});
