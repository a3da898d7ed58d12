/** Names as Prometheus has them. They are made once: reports are asked for every second, of every counter of every link. */

/** By the name in code; there are as many as counters in code. */
const made = new Map<string, string>();

/** `packetsSent` becomes `packets_sent`. */
export function metricName(name: string): string {
  let written = made.get(name);
  if (written === undefined) {
    written = name.replace(/[A-Z]/g, letter => `_${letter.toLowerCase()}`);
    made.set(name, written);
  }
  return written;
}
