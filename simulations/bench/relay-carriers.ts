/** The transports that `zrtc bench relay` compares over UDP: for each the core of the end that sends and of the one that receives. */
import type { Engine } from '../../transports/engine.ts';
import { Fifo } from '../../transports/kcp/fifo.ts';
import { Kcp } from '../../transports/kcp/kcp.ts';
import type { RelayLink } from '../../transports/relay/link.ts';
import { deriveLinkSecrets } from '../../transports/relay/link-keys.ts';
import type { LinkFigures } from '../../transports/relay/link-output.ts';
import { type LinksOutput, RelayLinks } from '../../transports/relay/links.ts';
import type { Path } from '../../transports/udp/path.ts';
import type { SeededRandom } from '../seeded-random.ts';
import type { LineCore } from './line-end.ts';
import { NackReceiver, NackSender } from './nack-carrier.ts';
import type { RelayTransport } from './relay-plans.ts';

export type UdpTransport = Exclude<RelayTransport, 'tcp'>;

export interface CarrierEnd extends LineCore {
  /** Whether messages can be sent: a link has to be opened first. */
  readonly isReady: boolean;
  /** Why nothing more will come, once that is so. */
  readonly failure: string | undefined;
}

export interface SendingEnd extends CarrierEnd {
  send(nowMs: number, stream: number, message: Uint8Array): void;
  /** Of a relay link, once it is up. */
  figures?(nowMs: number): LinkFigures | undefined;
}

export interface CarrierOptions {
  readonly engine: Engine;
  readonly streams: number;
  /** Begins alike at both ends: keys are drawn from it. */
  readonly random: SeededRandom;
  /** To the other end. */
  readonly path: Path;
}

export type OnMessage = (nowMs: number, message: Uint8Array) => void;

export function makeSender(transport: UdpTransport, options: CarrierOptions): SendingEnd {
  switch (transport) {
    case 'relay':
      return relaySender(options);
    case 'kcp':
      return kcpSender(options);
    case 'nack': {
      const sender = new NackSender();
      const send = (_nowMs: number, _stream: number, message: Uint8Array) => sender.send(message);
      return withEnd(nackEnd(sender, options.path), { ...always, send });
    }
    case 'udp':
      return udpSender(options);
  }
}

export function makeReceiver(
  transport: UdpTransport,
  nowMs: number,
  options: CarrierOptions,
  onMessage: OnMessage,
): CarrierEnd {
  switch (transport) {
    case 'relay':
      return relayReceiver(nowMs, options, onMessage);
    case 'kcp':
      return withEnd(kcpEnd(makeKcps(options.streams), options.path, onMessage), always);
    case 'nack':
      return withEnd(nackEnd(new NackReceiver(onMessage), options.path), always);
    case 'udp':
      return { ...always, ...idle, receive: onMessage, poll: () => undefined };
  }
}

/** Getters stay getters. */
function withEnd<End extends LineCore, More extends object>(end: End, more: More): End & More {
  return Object.assign(end, more);
}

const always = { isReady: true, failure: undefined };
const idle = { advance() {}, deadlineMs: undefined };

/** The receiver opens the link and asks for the streams, as a site does that has viewers. */
function relayReceiver(nowMs: number, options: CarrierOptions, onMessage: OnMessage): CarrierEnd {
  const links = relayLinks('west', options);
  const opened = links.open(nowMs, options.path);
  for (let stream = 0; stream < options.streams; stream += 1) opened.subscribe(nowMs, `s${stream}`, ['west']);
  links.touch(opened);
  let granted = 0;
  let failure: string | undefined;
  return relayEnd(
    links,
    () => granted === options.streams,
    () => failure,
    (atMs, { output }) => {
      if (output.kind === 'media') onMessage(atMs, output.packet);
      else if (output.kind === 'subscribed') granted += 1;
      else if (output.kind === 'down') failure ??= output.reason;
    },
  );
}

function relaySender(options: CarrierOptions): SendingEnd {
  const links = relayLinks('east', options);
  const granted: { readonly link: RelayLink; readonly id: number }[] = [];
  let number = 0;
  let failure: string | undefined;
  const end = relayEnd(
    links,
    () => granted.length === options.streams,
    () => failure,
    (atMs, { link, output }) => {
      if (output.kind === 'down') failure ??= output.reason;
      if (output.kind !== 'subscribe') return;
      link.accept(atMs, output.id, 1);
      links.touch(link);
      granted.push({ link, id: output.id });
    },
  );
  const send = (atMs: number, stream: number, packet: Uint8Array) => {
    const { link, id } = granted[stream]!;
    number += 1;
    const media = { epoch: 1, sequenceNumber: number, timestamp: number, packet };
    link.sendMedia(atMs, id, 'video', media, true);
    links.touch(link);
  };
  const figures = (atMs: number) => granted[0]?.link.figures(atMs);
  return withEnd(end, { send, figures });
}

function relayLinks(node: string, { engine, random }: CarrierOptions): RelayLinks {
  const secrets = deriveLinkSecrets(random.bytes(32), random.bytes(32));
  const { makeSeal, addMultiples } = engine;
  return new RelayLinks({
    self: { node, incarnation: 1 },
    secrets,
    random: random.fork(node),
    makeSeal,
    addMultiples,
  });
}

function relayEnd(
  links: RelayLinks,
  isReady: () => boolean,
  failure: () => string | undefined,
  take: (atMs: number, output: Extract<LinksOutput, { kind: 'link' }>) => void,
): CarrierEnd {
  return {
    receive: (atMs, bytes, path) => links.receive(atMs, bytes, path),
    advance: atMs => links.advance(atMs),
    poll(atMs) {
      for (let one = links.poll(); one !== undefined; one = links.poll()) {
        if (one.kind === 'send') return one;
        take(atMs, one);
      }
      return undefined;
    },
    get deadlineMs() {
      return links.deadline()?.atMs;
    },
    get isReady() {
      return isReady();
    },
    get failure() {
      return failure();
    },
  };
}

/** KCP as it is: nodelay, interval 10, resend 2, no congestion window, flushed with each message. */
function makeKcps(streams: number): readonly Kcp[] {
  const settings = { nodelay: 1, intervalMs: 10, fastResend: 2, congestionControl: false } as const;
  return Array.from(
    { length: streams },
    (_, stream) =>
      new Kcp({ conversation: stream + 1, ...settings, sendWindow: 1_024, receiveWindow: 1_024 }),
  );
}

function kcpSender({ streams, path }: CarrierOptions): SendingEnd {
  const kcps = makeKcps(streams);
  const send = (nowMs: number, stream: number, message: Uint8Array) => {
    kcps[stream]!.send(nowMs, message);
    kcps[stream]!.flush(nowMs);
  };
  return withEnd(
    kcpEnd(kcps, path, () => {}),
    { ...always, send },
  );
}

function kcpEnd(kcps: readonly Kcp[], path: Path, onMessage: OnMessage): LineCore {
  return {
    receive(nowMs, bytes) {
      const kcp = kcps[bytes[0]! - 1];
      kcp?.tick(nowMs);
      kcp?.receive(nowMs, bytes);
      for (let one = kcp?.pollMessage(); one !== undefined; one = kcp?.pollMessage()) onMessage(nowMs, one);
    },
    advance(nowMs) {
      for (const kcp of kcps)
        if ((kcp.deadline()?.atMs ?? Number.POSITIVE_INFINITY) <= nowMs) kcp.advance(nowMs);
    },
    get deadlineMs() {
      const times = kcps.map(kcp => kcp.deadline()?.atMs ?? Number.POSITIVE_INFINITY);
      const firstMs = Math.min(...times);
      return Number.isFinite(firstMs) ? firstMs : undefined;
    },
    poll() {
      for (const kcp of kcps) {
        const bytes = kcp.poll();
        if (bytes !== undefined) return { bytes, path };
      }
      return undefined;
    },
  };
}

function nackEnd(one: NackSender | NackReceiver, path: Path): LineCore {
  return {
    receive: (nowMs, bytes) => one.receive(nowMs, bytes),
    advance: nowMs => one.advance(nowMs),
    get deadlineMs() {
      return one.deadlineMs;
    },
    poll() {
      const bytes = (one.outputs as Fifo<Uint8Array>).shift();
      return bytes && { bytes, path };
    },
  };
}

/** Messages as datagrams, and nothing else: what sockets cost, and the bench itself. */
function udpSender({ path }: CarrierOptions): SendingEnd {
  const waiting = new Fifo<Uint8Array>();
  return {
    ...always,
    ...idle,
    receive() {},
    send: (_nowMs, _stream, message) => waiting.push(message),
    poll() {
      const bytes = waiting.shift();
      return bytes && { bytes, path };
    },
  };
}
