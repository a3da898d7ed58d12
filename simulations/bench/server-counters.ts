/** What a node says of its media (GET /metrics). */

export interface ServerCounters {
  /** RTP packets that it sent to viewers, and received from publishers. */
  readonly packetsSent: number;
  readonly packetsReceived: number;
}

const PATTERNS = {
  packetsSent: /^zrtc_packets_sent_total(?:\{.*\})? (\d+)$/gm,
  packetsReceived: /^zrtc_packets_received_total(?:\{.*\})? (\d+)$/gm,
} as const;

export async function serverCounters(url: string): Promise<ServerCounters> {
  const response = await fetch(`${url}/metrics`);
  if (!response.ok) throw new Error(`${response.status} from /metrics`);
  return countersIn(await response.text());
}

/** The same of the page's text. */
export function countersIn(text: string): ServerCounters {
  const sum = (pattern: RegExp) =>
    [...text.matchAll(pattern)].reduce((all, [, value]) => all + Number(value), 0);
  return { packetsSent: sum(PATTERNS.packetsSent), packetsReceived: sum(PATTERNS.packetsReceived) };
}
