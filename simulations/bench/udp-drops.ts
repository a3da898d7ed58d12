/** What the kernel dropped because a program read too late. */
import { readFileSync } from 'node:fs';

/** Columns of /proc/net/udp: our own address and port in hexadecimal; the drops are in the last one (proc(5)). */
const LOCAL_ADDRESS = 1;

/** Datagrams dropped so far at the sockets of these ports; undefined where there is no /proc. */
export function udpDrops(ports: ReadonlySet<number>): number | undefined {
  try {
    return dropsIn(readFileSync('/proc/net/udp', 'latin1'), ports);
  } catch {
    return undefined;
  }
}

/** The same of the file's text. */
export function dropsIn(text: string, ports: ReadonlySet<number>): number {
  let drops = 0;
  for (const line of text.split('\n').slice(1)) {
    const fields = line.trim().split(/\s+/);
    const port = Number.parseInt(fields[LOCAL_ADDRESS]?.split(':')[1] ?? '', 16);
    if (ports.has(port)) drops += Number(fields.at(-1));
  }
  return drops;
}
