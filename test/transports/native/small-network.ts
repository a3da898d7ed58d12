/** Programs in a network of their own, whose loopback carries no more than is said. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

/** What it prints. For any user (user_namespaces(7)). */
export async function runWithMtu(mtuBytes: number, program: string): Promise<string> {
  // Under a sanitizer (asan.sh) the program alone is to have it, and not the tools before it.
  const { LD_PRELOAD = '', ...env } = process.env;
  const command = `ip link set lo up mtu ${mtuBytes} && exec env LD_PRELOAD="$LIBRARIES" "$0" "$@"`;
  const { stdout } = await promisify(execFile)(
    'unshare',
    ['--map-root-user', '--net', 'sh', '-c', command, process.execPath, program],
    { env: { ...env, LIBRARIES: LD_PRELOAD } },
  );
  return stdout;
}
