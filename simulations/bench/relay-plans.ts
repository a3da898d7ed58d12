/** What `zrtc bench relay` measures: messages over a line that loses some, by several transports. */

export const relayTransports = ['relay', 'kcp', 'tcp', 'nack'] as const;
/** `udp` repairs nothing: what sockets cost, and the bench itself. */
export type RelayTransport = (typeof relayTransports)[number] | 'udp';

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
/** For the last messages, several times lost. */
export const TAIL_MS = 1_500;
/** A message that is not there by then is late. */
export const LATE_MS = 100;
/** As many links of one stream run side by side: one alone would take eight minutes for its 20,000 messages. */
export const THIN_LINKS = 50;
export const BUSY_STREAMS = 76;
/** As busy as a relay of a large site: what each further message costs is told by what these cost more. */
export const MANY_STREAMS = 4 * BUSY_STREAMS;

const lines = [
  { loss: 0, burst: 1 },
  { loss: 1, burst: 1 },
  { loss: 5, burst: 1 },
  { loss: 5, burst: 4 },
  { loss: 10, burst: 1 },
] as const;

/** All rows: the link busy, busier, and thin, and the others thin, where each stream is by itself anyway. */
export const relayPlans: readonly RelayPlan[] = [
  ...lines.map(line => ({ transport: 'relay' as const, streams: BUSY_STREAMS, ...line })),
  ...lines
    .filter(({ loss, burst }) => burst === 1 && (loss === 0 || loss === 5))
    .map(line => ({ transport: 'relay' as const, streams: MANY_STREAMS, ...line })),
  ...relayTransports.flatMap(transport => lines.map(line => ({ transport, streams: 1, ...line }))),
];

/** A link's seed at both its ends, and on the line between them. */
export function linkSeeds(seed: number, { streams, loss, burst }: RelayPlan): readonly string[] {
  const count = streams === 1 ? THIN_LINKS : 1;
  return Array.from({ length: count }, (_, place) => `${seed} ${loss} ${burst} ${place}`);
}

/** Where a message has its number, and when it was sent: the ends of a line are on one machine, and have one clock. */
const NUMBER_AT = 4;
const SENT_AT = 12;

export function writeMessage(number: number, sentAtMs: number): Uint8Array {
  const bytes = new Uint8Array(MESSAGE_BYTES);
  // As the first byte of RTP has it.
  bytes[0] = 0x80;
  const view = new DataView(bytes.buffer);
  view.setUint32(NUMBER_AT, number);
  view.setFloat64(SENT_AT, sentAtMs);
  return bytes;
}

export function readMessage(bytes: Uint8Array): { readonly number: number; readonly sentAtMs: number } {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  return { number: view.getUint32(NUMBER_AT), sentAtMs: view.getFloat64(SENT_AT) };
}
