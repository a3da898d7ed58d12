/** The transports that `zrtc bench relay` compares, each as the two cores of a line. */
import type { Fifo } from '../../transports/kcp/fifo.ts';
import { Kcp } from '../../transports/kcp/kcp.ts';
import type { Random } from '../../transports/random.ts';
import type { RelayLink } from '../../transports/relay/link.ts';
import { deriveLinkSecrets } from '../../transports/relay/link-keys.ts';
import { RelayLinks } from '../../transports/relay/links.ts';
import type { Path } from '../../transports/udp/path.ts';
import type { LineCore } from './line-end.ts';
import { NackReceiver, NackSender } from './nack-carrier.ts';
import type { RelayTransport } from './relay-plans.ts';

export interface Carrier {
  readonly sender: LineCore;
  readonly receiver: LineCore;
  /** Whether messages can be sent: a link has to be opened first. */
  readonly isReady: boolean;
  /** Why nothing more will come, once that is so. */
  readonly failure: string | undefined;
  send(nowMs: number, stream: number, message: Uint8Array): void;
}

export interface CarrierOptions {
  readonly streams: number;
  readonly random: Random;
  readonly toReceiver: Path;
  readonly toSender: Path;
  readonly onMessage: (nowMs: number, stream: number, message: Uint8Array) => void;
}

export function makeCarrier(transport: RelayTransport, nowMs: number, options: CarrierOptions): Carrier {
  switch (transport) {
    case 'relay':
      return relayCarrier(nowMs, options);
    case 'kcp':
      return kcpCarrier(options);
    case 'nack':
      return nackCarrier(options);
  }
}

/** The receiver opens the link and asks for the streams, as a site does that has viewers. */
function relayCarrier(nowMs: number, options: CarrierOptions): Carrier {
  const { streams, random, toSender, onMessage } = options;
  const secrets = deriveLinkSecrets(random.bytes(32), random.bytes(32));
  const links = (node: string) => new RelayLinks({ self: { node, incarnation: 1 }, secrets, random });
  const [serving, asking] = [links('east'), links('west')];
  const granted: { readonly link: RelayLink; readonly id: number }[] = [];
  const opened = asking.open(nowMs, toSender);
  for (let stream = 0; stream < streams; stream += 1) opened.subscribe(nowMs, `s${stream}`, ['west']);
  let number = 0;
  let failure: string | undefined;
  const core = (of: RelayLinks): LineCore => ({
    receive: (atMs, bytes, path) => of.receive(atMs, bytes, path),
    advance: atMs => of.advance(atMs),
    get deadlineMs() {
      return of.deadline()?.atMs;
    },
    poll(atMs) {
      for (let one = of.poll(); one !== undefined; one = of.poll()) {
        if (one.kind === 'send') return one;
        const { link, output } = one;
        if (output.kind === 'media') onMessage(atMs, output.id - 1, output.packet);
        if (output.kind === 'down') failure ??= output.reason;
        if (output.kind !== 'subscribe') continue;
        link.accept(atMs, output.id, 1);
        of.touch(link);
        granted.push({ link, id: output.id });
      }
      return undefined;
    },
  });
  return {
    sender: core(serving),
    receiver: core(asking),
    get isReady() {
      return granted.length === streams;
    },
    get failure() {
      return failure;
    },
    send(atMs, stream, packet) {
      const { link, id } = granted[stream]!;
      number += 1;
      link.sendMedia(
        atMs,
        id,
        'video',
        { epoch: 1, sequenceNumber: number, timestamp: number, packet },
        true,
      );
      serving.touch(link);
    },
  };
}

/** KCP as it is: nodelay, interval 10, resend 2, no congestion window, flushed with each message. */
function kcpCarrier({ streams, toReceiver, toSender, onMessage }: CarrierOptions): Carrier {
  const make = () =>
    Array.from(
      { length: streams },
      (_, stream) =>
        new Kcp({
          conversation: stream + 1,
          nodelay: 1,
          intervalMs: 10,
          fastResend: 2,
          congestionControl: false,
          sendWindow: 1_024,
          receiveWindow: 1_024,
        }),
    );
  const core = (ends: readonly Kcp[], path: Path, isReceiver: boolean): LineCore => ({
    receive(nowMs, bytes) {
      const stream = bytes[0]! - 1;
      const kcp = ends[stream];
      kcp?.tick(nowMs);
      kcp?.receive(nowMs, bytes);
      for (let one = kcp?.pollMessage(); one !== undefined; one = kcp?.pollMessage())
        if (isReceiver) onMessage(nowMs, stream, one);
    },
    advance(nowMs) {
      for (const kcp of ends)
        if ((kcp.deadline()?.atMs ?? Number.POSITIVE_INFINITY) <= nowMs) kcp.advance(nowMs);
    },
    get deadlineMs() {
      const times = ends.map(kcp => kcp.deadline()?.atMs ?? Number.POSITIVE_INFINITY);
      const firstMs = Math.min(...times);
      return Number.isFinite(firstMs) ? firstMs : undefined;
    },
    poll() {
      for (const kcp of ends) {
        const bytes = kcp.poll();
        if (bytes !== undefined) return { bytes, path };
      }
      return undefined;
    },
  });
  const sending = make();
  return {
    sender: core(sending, toReceiver, false),
    receiver: core(make(), toSender, true),
    isReady: true,
    failure: undefined,
    send(nowMs, stream, message) {
      sending[stream]!.send(nowMs, message);
      sending[stream]!.flush(nowMs);
    },
  };
}

function nackCarrier({ toReceiver, toSender, onMessage }: CarrierOptions): Carrier {
  const sender = new NackSender();
  const receiver = new NackReceiver((nowMs, message) => onMessage(nowMs, 0, message));
  const core = (one: NackSender | NackReceiver, path: Path): LineCore => ({
    receive: (nowMs, bytes) => one.receive(nowMs, bytes),
    advance: nowMs => one.advance(nowMs),
    get deadlineMs() {
      return one.deadlineMs;
    },
    poll() {
      const bytes = (one.outputs as Fifo<Uint8Array>).shift();
      return bytes && { bytes, path };
    },
  });
  return {
    sender: core(sender, toReceiver),
    receiver: core(receiver, toSender),
    isReady: true,
    failure: undefined,
    send: (_nowMs, _stream, message) => sender.send(message),
  };
}
