import { fileURLToPath } from 'node:url';
import test from 'ava';
import { runWithMtu } from './small-network.ts';

const program = fileURLToPath(new URL('./dont-fragment.process.ts', import.meta.url));

test('what must not be fragmented goes whole or not at all, and what is sent before and after it as ever', async t => {
  const came = [1_100, 1_400, 1_100, 1_100, 1_400];
  t.deepEqual(JSON.parse(await runWithMtu(1_280, program)), {
    '127.0.0.1': came,
    '127.0.0.1 errors': [1],
    '::1': came,
    '::1 errors': [1],
  });
});
