/** What `zrtc bench relay` measures: messages over a line that loses some, by several transports. */

export const relayTransports = ['relay', 'kcp', 'nack'] as const;
export type RelayTransport = (typeof relayTransports)[number];

export interface RelayPlan {
  readonly transport: RelayTransport;
  /** Streams on each link. */
  readonly streams: number;
  /** In percent, and how many in a row on average. */
  readonly loss: number;
  readonly burst: number;
}

/** A stream's messages. */
export const MESSAGE_BYTES = 1_100;
export const MESSAGE_INTERVAL_MS = 25;
/** One way: the delay, and up to so much more for each datagram, which keep their order. */
export const DELAY_MS = 25;
export const JITTER_MS = 5;
/** A message that is not there by then is late. */
export const LATE_MS = 100;
/** As many links of one stream run side by side: one alone would take eight minutes for its 20,000 messages. */
export const THIN_LINKS = 50;
export const BUSY_STREAMS = 76;

const lines = [
  { loss: 0, burst: 1 },
  { loss: 1, burst: 1 },
  { loss: 5, burst: 1 },
  { loss: 5, burst: 4 },
  { loss: 10, burst: 1 },
] as const;

/** All rows: the link busy and thin, and the others thin, where each stream is by itself anyway. */
export const relayPlans: readonly RelayPlan[] = [
  ...lines.map(line => ({ transport: 'relay' as const, streams: BUSY_STREAMS, ...line })),
  ...relayTransports.flatMap(transport => lines.map(line => ({ transport, streams: 1, ...line }))),
];

/** Numbers a message, so that it is known when it comes. */
export function writeMessage(number: number): Uint8Array {
  const bytes = new Uint8Array(MESSAGE_BYTES);
  // As the first byte of RTP has it.
  bytes[0] = 0x80;
  new DataView(bytes.buffer).setUint32(4, number);
  return bytes;
}

export function readMessage(bytes: Uint8Array): number {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.length).getUint32(4);
}
