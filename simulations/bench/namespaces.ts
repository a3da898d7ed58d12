/**
 * The two network namespaces that the kernel's TCP is measured between. Each is its process's own (unshare(1)), so that the
 * kernel takes it away with all that is in it, however that process ends.
 */

/** The device of the line, in each. */
export const TUN_NAME = 'zrtc0';
/** From the block for benchmarks (RFC 2544 section C.2.2, RFC 6890); nobody outside sees them. */
export const addressOf = { sender: '198.18.0.1', receiver: '198.18.0.2' } as const;
export const SENDER_PORT = 7100;
/** A link is known by its receiver's port: the first one's is this. */
export const firstReceiverPort = 20_000;

/** What to start in place of `command`, so that it runs in a namespace of its own. */
export function inNamespace(command: string): readonly [command: string, ...string[]] {
  return ['unshare', '--net', '--', command];
}

export function namespaceOf(pid: number): string {
  return `/proc/${pid}/ns/net`;
}
