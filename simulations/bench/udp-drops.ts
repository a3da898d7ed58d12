/** What the kernel dropped because a program read too late. */
import { readFileSync } from 'node:fs';

/** Columns of /proc/net/udp: the remote address and port in hexadecimal; the drops are in the last one (proc(5)). */
const REMOTE_ADDRESS = 2;

/** Datagrams dropped so far at the sockets that are connected to one of `remotePorts`; undefined where there is no /proc. */
export function udpDrops(remotePorts: ReadonlySet<number>): number | undefined {
  try {
    return dropsIn(readFileSync('/proc/net/udp', 'latin1'), remotePorts);
  } catch {
    return undefined;
  }
}

/** The same of the file's text. */
export function dropsIn(text: string, remotePorts: ReadonlySet<number>): number {
  let drops = 0;
  for (const line of text.split('\n').slice(1)) {
    const fields = line.trim().split(/\s+/);
    const port = Number.parseInt(fields[REMOTE_ADDRESS]?.split(':')[1] ?? '', 16);
    if (remotePorts.has(port)) drops += Number(fields.at(-1));
  }
  return drops;
}
