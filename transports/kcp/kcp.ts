/**
 * One end of a KCP association: messages in order, each once, over datagrams that may be lost, doubled or reordered. It
 * does on the wire what ikcp.c (github.com/skywind3000/kcp) does, call for call. KCP neither authenticates nor
 * encrypts, and has no handshake and no goodbye: the owner adds what it needs of these.
 *
 * Run it as every core: one call, then `poll` and `pollMessage` until there is nothing, then wait until `deadline` or
 * the next input. Messages wait without a limit of their own for the window to let them out; an owner that cannot have
 * that looks at `waitingSegments` before it sends.
 */
import type { Deadline } from '../clock.ts';
import { Acknowledgements } from './acknowledgements.ts';
import { CongestionWindow } from './congestion-window.ts';
import { DatagramWriter, type SegmentSink } from './datagram-writer.ts';
import { type KcpOptions, type KcpSettings, MIN_RECEIVE_WINDOW, settingsFrom } from './options.ts';
import { ReceiveBuffer } from './receive-buffer.ts';
import { ResendPolicy } from './resend-policy.ts';
import { RttEstimator } from './rtt-estimator.ts';
import { COMMAND, HEADER_BYTES, readSegment, type SegmentFault, type SegmentHeader } from './segment.ts';
import { SendBuffer } from './send-buffer.ts';
import { SendQueue } from './send-queue.ts';
import { WindowProbe } from './window-probe.ts';
import { after, ahead } from './wrapping.ts';

/** A segment that went out so often says that nobody is there any more. */
const DEAD_AFTER_TRANSMISSIONS = 20;
/** A clock that is so far from the next flush has jumped, or was not looked at for long: flushes begin anew. */
const CLOCK_JUMP_MS = 10_000;
const GIVEN_UP = new Uint8Array(0);

export interface KcpCounters {
  /** Segments with payload that went out, with those that went out again. */
  segmentsSent: number;
  timeoutRetransmissions: number;
  fastRetransmissions: number;
  /** Datagrams that were refused, in whole or from some segment on. */
  datagramsRefused: number;
  /** Segments that came again. */
  duplicates: number;
  /** Segments past our window. */
  pastWindow: number;
}

export class Kcp {
  readonly counters: KcpCounters = {
    segmentsSent: 0,
    timeoutRetransmissions: 0,
    fastRetransmissions: 0,
    datagramsRefused: 0,
    duplicates: 0,
    pastWindow: 0,
  };
  readonly #settings: KcpSettings;
  readonly #queue: SendQueue;
  readonly #inFlight: SendBuffer;
  readonly #received: ReceiveBuffer;
  readonly #acknowledgements = new Acknowledgements();
  readonly #probe = new WindowProbe();
  readonly #rtt: RttEstimator;
  readonly #congestion: CongestionWindow;
  readonly #resends: ResendPolicy;
  /** Where segments go without a sink. */
  readonly #datagrams: DatagramWriter | undefined;
  readonly #sink: SegmentSink;
  /** As the peer's last header said; before that what every end has at least. */
  #remoteWindow = MIN_RECEIVE_WINDOW;
  /** Time as the last `advance` told it, in whole milliseconds. */
  #nowMs = 0;
  /** When the next flush is due; nothing was asked of us yet while it is not set. */
  #flushAtMs: number | undefined;
  /** Whether `advance` was called. */
  #isStarted = false;
  #isDead = false;
  /** When the first timeout of the segments in flight passes, as of the last flush. */
  #resendAtMs: number | undefined;

  /** Segments go to `sink`, or without one into datagrams. Throws a RangeError for options that cannot be. */
  constructor(options: KcpOptions, sink?: SegmentSink) {
    const settings = settingsFrom(options);
    this.#settings = settings;
    this.#queue = new SendQueue(settings.segmentBytes, settings.streamMode);
    this.#inFlight = new SendBuffer(settings.sendWindow, settings.firstSequence);
    this.#received = new ReceiveBuffer(settings.receiveWindow, settings.firstSequence);
    this.#rtt = new RttEstimator(settings.minimumRtoMs, settings.intervalMs);
    this.#congestion = new CongestionWindow(settings.segmentBytes);
    this.#resends = new ResendPolicy(settings);
    if (sink === undefined) this.#sink = this.#datagrams = new DatagramWriter(settings.mtuBytes);
    else this.#sink = sink;
  }

  /** Segments that wait for the window, or for their acknowledgement. */
  get waitingSegments(): number {
    return this.#queue.size + this.#inFlight.count;
  }

  /** Segments that came and were not read yet, in order or early. */
  get unreadSegments(): number {
    return this.#received.count;
  }

  /** The smoothed round trip; 0 while none was measured. */
  get srttMs(): number {
    return this.#rtt.smoothedMs;
  }

  /** The retransmission timeout for new segments. */
  get rtoMs(): number {
    return this.#rtt.rtoMs;
  }

  /** The congestion window, kept up to date even where `congestionControl` is off. */
  get congestionWindowSegments(): number {
    return this.#congestion.segments;
  }

  /** The lowest of our sequence numbers that the peer has not acknowledged. */
  get firstUnacknowledged(): number {
    return this.#inFlight.first;
  }

  /** The lowest of the peer's sequence numbers that we have not received. */
  get nextExpected(): number {
    return this.#received.next;
  }

  /** Whether some segment went out 20 times. Nothing stops by itself then: the owner gives up, or does not. */
  get isDead(): boolean {
    return this.#isDead;
  }

  /**
   * Takes a message to be sent, and copies it. Gives the number of bytes taken: all of them but in stream mode, where it
   * may be fewer. A message of more than 127 fragments is refused.
   */
  send(nowMs: number, message: Uint8Array): number | 'too many fragments' {
    this.#flushAtMs ??= Math.floor(nowMs);
    return this.#queue.add(message);
  }

  /**
   * Gives up the segments from number `first` to before `end`, whole messages: they keep their numbers and go out empty
   * from here on, so that the order holds and nothing waits for them. The numbers are those that `send` made, from
   * `firstSequence` on. What the peer has already had it may deliver; of a message in several segments only all of it.
   */
  giveUp(first: number, end: number): void {
    for (let sequence = first; sequence !== end; sequence = after(sequence, 1)) {
      const place = ahead(sequence, this.#inFlight.next);
      const segment = place < 0 ? this.#inFlight.get(sequence) : this.#queue.at(place);
      if (segment !== undefined) segment.payload = GIVEN_UP;
    }
  }

  /**
   * Takes a datagram, borrowed for this call. Gives the reason when it is refused; segments before the one at fault
   * count. Bytes after the last whole header are passed over.
   */
  receive(nowMs: number, datagram: Uint8Array): SegmentFault | undefined {
    this.#flushAtMs ??= Math.floor(nowMs);
    const firstBefore = this.#inFlight.first;
    let latest: SegmentHeader | undefined;
    let at = 0;
    do {
      const header = readSegment(datagram, at, this.#settings.conversation);
      if (typeof header === 'string') {
        this.counters.datagramsRefused += 1;
        return header;
      }
      at += HEADER_BYTES;
      this.#take(header, datagram.subarray(at, at + header.byteCount));
      at += header.byteCount;
      if (header.command === COMMAND.acknowledge && isLater(header, latest)) latest = header;
    } while (datagram.length - at >= HEADER_BYTES);
    if (latest !== undefined) this.#inFlight.countSkipped(latest.sequence, latest.timestampMs);
    if (ahead(this.#inFlight.first, firstBefore) > 0) this.#congestion.acknowledged(this.#remoteWindow);
    return undefined;
  }

  /** Likewise for one segment of this conversation, whose payload came by itself and is borrowed. */
  receiveSegment(nowMs: number, header: SegmentHeader, payload: Uint8Array): void {
    this.#flushAtMs ??= Math.floor(nowMs);
    const firstBefore = this.#inFlight.first;
    this.#take(header, payload);
    if (header.command === COMMAND.acknowledge)
      this.#inFlight.countSkipped(header.sequence, header.timestampMs);
    if (ahead(this.#inFlight.first, firstBefore) > 0) this.#congestion.acknowledged(this.#remoteWindow);
  }

  /**
   * Lets time go on. Sends what there is to send if a flush is due; otherwise only the clock is set, which round trips
   * are measured by.
   */
  advance(nowMs: number): void {
    const now = Math.floor(nowMs);
    this.#nowMs = now;
    let flushAtMs = this.#isStarted ? this.#flushAtMs! : now;
    this.#isStarted = true;
    if (now - flushAtMs >= CLOCK_JUMP_MS || flushAtMs - now > CLOCK_JUMP_MS) flushAtMs = now;
    this.#flushAtMs = flushAtMs;
    if (now < flushAtMs) return;
    const followingMs = flushAtMs + this.#settings.intervalMs;
    this.#flushAtMs = followingMs > now ? followingMs : now + this.#settings.intervalMs;
    this.#flush();
  }

  /**
   * Sends now what there is to send, without waiting for the interval: what has just come has no reason to wait. Of what
   * is new at most `maxNew` segments.
   */
  flush(nowMs: number, maxNew = Number.POSITIVE_INFINITY): void {
    this.#nowMs = Math.floor(nowMs);
    this.#isStarted = true;
    this.#flushAtMs = this.#nowMs + this.#settings.intervalMs;
    this.#flush(maxNew);
  }

  /** Lets time go on, and sends nothing: for an owner that flushes by itself. Round trips are measured by this. */
  tick(nowMs: number): void {
    this.#nowMs = Math.floor(nowMs);
    this.#isStarted = true;
  }

  /** Whether segments have come that no flush has acknowledged. */
  get owesAcknowledgements(): boolean {
    return this.#acknowledgements.size > 0;
  }

  /**
   * When a flush would send something besides acknowledgements, for an owner that flushes then and not by the interval:
   * at once what is new and fits the window or is to be resent fast, else when a timeout passes.
   */
  wakeAtMs(nowMs: number): number | undefined {
    const canSend = this.#queue.size > 0 && this.#inFlight.span < this.#window();
    if (canSend || this.#probe.mustTell || this.#inFlight.mostSkips >= this.#resends.skipsToResend)
      return nowMs;
    const resendAtMs = this.#inFlight.count > 0 ? this.#resendAtMs : undefined;
    if (resendAtMs !== undefined || this.#remoteWindow > 0) return resendAtMs;
    return this.#flushAtMs;
  }

  /**
   * The next flush, if it has anything to do; it may be in the past. (ikcp_check names earlier times too, at which
   * ikcp_update then does nothing, and goes on while the association is idle.)
   */
  deadline(): Deadline | undefined {
    const reason = this.#reasonToFlush();
    return reason === undefined ? undefined : { atMs: this.#flushAtMs!, reason };
  }

  /** The next datagram to be sent, in bytes of the caller's own. */
  poll(): Uint8Array | undefined {
    return this.#datagrams?.poll();
  }

  /** The next message that was received, in bytes of the caller's own; empty for one that its sender has given up. Reading is what makes room in the window. */
  pollMessage(): Uint8Array | undefined {
    const wasFull = this.#received.room === 0;
    const message = this.#received.take();
    if (wasFull && this.#received.room > 0) this.#probe.mustTell = true;
    return message;
  }

  #reasonToFlush(): string | undefined {
    if (this.#acknowledgements.size > 0) return 'acknowledgements';
    if (this.#probe.mustTell) return 'tell window';
    if (this.#queue.size > 0) return 'send';
    if (this.#inFlight.count > 0) return 'resend';
    return this.#remoteWindow === 0 ? 'ask window' : undefined;
  }

  #take(header: SegmentHeader, payload: Uint8Array): void {
    this.#remoteWindow = header.windowSegments;
    this.#inFlight.acknowledgeBefore(header.nextExpected);
    switch (header.command) {
      case COMMAND.push:
        return this.#receivePush(header, payload);
      case COMMAND.acknowledge:
        return this.#receiveAcknowledgement(header);
      case COMMAND.askWindow:
        this.#probe.mustTell = true;
    }
  }

  #receivePush({ sequence, timestampMs, fragmentsLeft }: SegmentHeader, payload: Uint8Array): void {
    const arrival = this.#received.accept(sequence, fragmentsLeft, payload);
    if (arrival === 'past the window') {
      this.counters.pastWindow += 1;
      return;
    }
    if (arrival === 'duplicate') this.counters.duplicates += 1;
    // A duplicate too: the acknowledgement may have been what was lost.
    this.#acknowledgements.add(sequence, timestampMs);
  }

  #receiveAcknowledgement({ sequence, timestampMs }: SegmentHeader): void {
    const rttMs = ahead(this.#clock, timestampMs);
    if (rttMs >= 0) this.#rtt.measure(rttMs);
    this.#inFlight.acknowledge(sequence);
  }

  #flush(maxNew = Number.POSITIVE_INFINITY): void {
    const windowBefore = this.#congestion.segments;
    const header = this.#blankHeader();
    this.#writeAcknowledgements(header);
    this.#writeProbes(header);
    this.#moveIntoWindow(maxNew);
    const { timeouts, fast } = this.#writeSegments(header);
    this.#sink.finish();
    if (fast > 0) this.#congestion.resentFast(this.#inFlight.span, this.#settings.fastResend);
    if (timeouts > 0) this.#congestion.timedOut(windowBefore);
    this.#congestion.open();
  }

  /** What all the segments of a flush have in common; the rest is filled in for each. */
  #blankHeader(): SegmentHeader {
    return {
      conversation: this.#settings.conversation,
      command: COMMAND.acknowledge,
      fragmentsLeft: 0,
      windowSegments: this.#received.room,
      timestampMs: 0,
      sequence: 0,
      nextExpected: this.#received.next,
      byteCount: 0,
    };
  }

  #writeAcknowledgements(header: SegmentHeader): void {
    for (const { sequence, timestampMs } of this.#acknowledgements.take()) {
      header.sequence = sequence;
      header.timestampMs = timestampMs;
      this.#sink.add(header);
    }
  }

  /** Probes have no use for a sequence number and a timestamp; as with ikcp.c they repeat the last acknowledgement's. */
  #writeProbes(header: SegmentHeader): void {
    if (this.#probe.mustAsk(this.#nowMs, this.#remoteWindow)) {
      header.command = COMMAND.askWindow;
      this.#sink.add(header);
    }
    if (this.#probe.mustTell) {
      header.command = COMMAND.tellWindow;
      this.#sink.add(header);
      this.#probe.mustTell = false;
    }
  }

  #moveIntoWindow(maxNew: number): void {
    const window = this.#window();
    for (let count = 0; count < maxNew && this.#inFlight.span < window; count += 1) {
      const segment = this.#queue.shift();
      if (segment === undefined) return;
      this.#inFlight.push(segment);
    }
  }

  /** How many numbers may be in flight. */
  #window(): number {
    const { sendWindow, congestionControl } = this.#settings;
    const ends = Math.min(sendWindow, this.#remoteWindow);
    return congestionControl ? Math.min(ends, this.#congestion.segments) : ends;
  }

  #writeSegments(header: SegmentHeader): { readonly timeouts: number; readonly fast: number } {
    const sent = { first: 0, timeout: 0, fast: 0 };
    header.command = COMMAND.push;
    this.#resendAtMs = undefined;
    this.#inFlight.mostSkips = 0;
    const { next } = this.#inFlight;
    for (let sequence = this.#inFlight.first; sequence !== next; sequence = after(sequence, 1)) {
      const segment = this.#inFlight.get(sequence);
      if (segment === undefined) continue;
      const transmission = this.#resends.transmit(segment, this.#nowMs, this.#rtt.rtoMs);
      if (this.#resendAtMs === undefined || segment.resendAtMs < this.#resendAtMs)
        this.#resendAtMs = segment.resendAtMs;
      if (transmission === undefined) continue;
      sent[transmission] += 1;
      segment.timestampMs = this.#clock;
      if (segment.transmissions >= DEAD_AFTER_TRANSMISSIONS) this.#isDead = true;
      header.fragmentsLeft = segment.fragmentsLeft;
      header.timestampMs = segment.timestampMs;
      header.sequence = segment.sequence;
      header.byteCount = segment.payload.length;
      this.#sink.add(header, segment.payload);
    }
    this.counters.segmentsSent += sent.first + sent.timeout + sent.fast;
    this.counters.timeoutRetransmissions += sent.timeout;
    this.counters.fastRetransmissions += sent.fast;
    return { timeouts: sent.timeout, fast: sent.fast };
  }

  /** KCP's clock: the low 32 bits of time. */
  get #clock(): number {
    return this.#nowMs >>> 0;
  }
}

/** Of a datagram's acknowledgements the one of the latest segment counts, if it also went out last. */
function isLater(header: SegmentHeader, latest: SegmentHeader | undefined): boolean {
  if (latest === undefined) return true;
  return ahead(header.sequence, latest.sequence) > 0 && ahead(header.timestampMs, latest.timestampMs) > 0;
}
