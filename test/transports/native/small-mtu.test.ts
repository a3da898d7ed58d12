import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import test from 'ava';

const program = fileURLToPath(new URL('./small-mtu.process.ts', import.meta.url));
/** The header of RTP, the payload, and the tag. */
const SEALED_BYTES = 12 + 1400 + 16;

test('where a path takes no segments of their length, packets go one by one, and all of them come', async t => {
  // Under a sanitizer (asan.sh) the program alone is to have it, and not the tools before it.
  const { LD_PRELOAD = '', ...env } = process.env;
  const command = 'ip link set lo up mtu 1280 && exec env LD_PRELOAD="$LIBRARIES" "$0" "$@"';
  // A network of its own, for any user (user_namespaces(7)).
  const { stdout } = await promisify(execFile)(
    'unshare',
    ['--map-root-user', '--net', 'sh', '-c', command, process.execPath, program],
    { env: { ...env, LIBRARIES: LD_PRELOAD } },
  );
  t.deepEqual(JSON.parse(stdout), { came: [30, 30], lengths: [SEALED_BYTES], sendErrors: 0 });
});
