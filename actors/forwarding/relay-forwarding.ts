/**
 * Relay links as the media plane has them: streams that come from other nodes, and streams that go to them. The links
 * themselves are cores of transports/relay, each owned by an actor `relay-link-…`; this joins them to the streams.
 */

import type { RelayLink } from '../../transports/relay/link.ts';
import type { LinkOutput } from '../../transports/relay/link-output.ts';
import type { RelayLinks } from '../../transports/relay/links.ts';
import type { MediaKind } from '../../transports/rtp/codec.ts';
import type { Path } from '../../transports/udp/path.ts';
import type { DatagramSocket } from '../../transports/udp/port.ts';
import type { LinkReport } from '../protocol.ts';
import type { LinkAccepted, LinkNotice, Trial } from '../relay/messages.ts';
import type { Address } from '../runtime/address.ts';
import type { LinkCommand } from './commands.ts';
import { type Parent, Parents } from './parents.ts';
import { relayMetrics } from './relay-metrics.ts';
import type { CarriedPacket, Carrier, RelayedClock } from './relayed.ts';
import type { StreamForwarding } from './stream-forwarding.ts';

export interface RelayForwardingOptions {
  /** This node's name, and which of its shards this is. */
  readonly node: string;
  readonly shard: number;
  readonly links: RelayLinks;
  readonly streams: StreamForwarding;
  /** Our own address on the way to a peer. */
  readonly pathTo: (address: string, port: number) => Path;
  readonly notify: (to: Address, message: LinkNotice | LinkAccepted) => void;
  /** The supervisor that is told of links which peers have opened. */
  readonly relays: Address;
}

/** What a stream that we get by a link has to do with the link. */
interface FetchedBy {
  isSuspected(): boolean;
  askKeyframe(nowMs: number): void;
  begun(): void;
  refuse(nowMs: number, reason: string): void;
}

/** A stream that we get by a link: at most one subscription a stream. */
class Fetched implements Parent {
  readonly stream: string;
  readonly node: string;
  path: readonly string[] = [];
  readonly isLocal = false;
  epoch = 0;
  readonly trial: Trial | undefined;
  readonly #by: FetchedBy;

  constructor(stream: string, node: string, trial: Trial | undefined, by: FetchedBy) {
    this.stream = stream;
    this.node = node;
    this.trial = trial;
    this.#by = by;
  }

  requestKeyframe(nowMs: number): void {
    this.#by.askKeyframe(nowMs);
  }

  get isSuspected(): boolean {
    return this.#by.isSuspected();
  }

  begun(): void {
    this.#by.begun();
  }

  refuse(nowMs: number, reason: string): void {
    this.#by.refuse(nowMs, reason);
  }
}

/** A stream that the peer gets by a link. */
class Served implements Carrier {
  readonly stream: string;
  readonly #send: (nowMs: number, kind: MediaKind, packet: CarriedPacket) => void;
  readonly #sendClock: (nowMs: number, kind: MediaKind, clock: RelayedClock) => void;

  constructor(links: RelayLinks, link: RelayLink, subscription: number, stream: string) {
    this.stream = stream;
    this.#send = (nowMs, kind, packet) => {
      link.sendMedia(nowMs, subscription, kind, packet, packet.canStart);
      links.touch(link);
    };
    this.#sendClock = (nowMs, kind, clock) => {
      link.sendClock(nowMs, subscription, kind, clock);
      links.touch(link);
    };
  }

  sendMedia(nowMs: number, kind: MediaKind, packet: CarriedPacket): void {
    this.#send(nowMs, kind, packet);
  }

  sendClock(nowMs: number, kind: MediaKind, clock: RelayedClock): void {
    this.#sendClock(nowMs, kind, clock);
  }
}

/** What hangs on one link. */
interface Place {
  readonly link: RelayLink;
  /** The name of the node at the other end, as far as it is known. */
  peer: string;
  /** Undefined from a peer's opening until the link's actor is there. */
  owner: Address | undefined;
  /** What the owner is to be told once it is there. */
  readonly early: LinkNotice[];
  readonly fetched: Map<number, Fetched>;
  readonly served: Map<number, Served>;
}

export class RelayForwarding {
  readonly #options: RelayForwardingOptions;
  readonly #places = new Map<RelayLink, Place>();
  readonly #byOwner = new Map<string, Place>();
  readonly #parents: Parents;

  constructor(options: RelayForwardingOptions) {
    this.#options = options;
    this.#parents = new Parents(options.streams);
  }

  /** Links, and what hangs on them: 0 when no other node has to do with this one. */
  get entries(): number {
    return this.#places.size + this.#byOwner.size + this.#options.links.size;
  }

  /** For /metrics. */
  metrics(nowMs: number): Record<string, number> {
    return relayMetrics(nowMs, this.#options.shard, this.#options.links);
  }

  /** Of the links that are up and have been measured. */
  reports(): readonly LinkReport[] {
    return [...this.#places.values()].flatMap(({ link, peer: node }) => {
      const { srttMs: rttMs, retransmissions, counters } = link;
      return rttMs === undefined
        ? []
        : [{ node, rttMs, retransmissions, datagramsSent: counters.datagramsSent }];
    });
  }

  receive(nowMs: number, bytes: Uint8Array, path: Path): void {
    this.#options.links.receive(nowMs, bytes, path);
  }

  advance(nowMs: number): void {
    this.#options.links.advance(nowMs);
  }

  deadlineAtMs(): number | undefined {
    return this.#options.links.deadline()?.atMs;
  }

  command(nowMs: number, command: LinkCommand, from: Address): void {
    const { links, pathTo } = this.#options;
    if (command.do === 'open-link') {
      const { node, address, port } = command.peer;
      this.#own(this.#add(links.open(nowMs, pathTo(address, port)), node), from);
      return;
    }
    if (command.do === 'own-link') {
      const place = [...this.#places.values()].find(({ link }) => link.localId === command.link);
      if (place !== undefined) this.#own(place, from);
      else this.#options.notify(from, { type: 'link-down', reason: 'the link was gone already' });
      return;
    }
    const place = this.#byOwner.get(from.path);
    if (place === undefined) return;
    this.#commandLink(nowMs, place, command);
    links.touch(place.link);
  }

  /** Passes on what the links have to say; datagrams go to `send`. */
  settle(nowMs: number, send: DatagramSocket['send']): void {
    const { links } = this.#options;
    for (let output = links.poll(); output !== undefined; output = links.poll()) {
      if (output.kind === 'send') send(output.bytes, output.path, output.dontFragment);
      else this.#hear(nowMs, output.link, output.output);
    }
  }

  /** A link that nobody here opened is first heard of by its `up`; what we have closed is heard of no more. */
  #hear(nowMs: number, link: RelayLink, output: Exclude<LinkOutput, { readonly kind: 'datagram' }>): void {
    const place =
      this.#places.get(link) ?? (output.kind === 'up' ? this.#add(link, output.peer.node) : undefined);
    if (place !== undefined) this.#take(nowMs, place, output);
  }

  #add(link: RelayLink, peer: string): Place {
    const place: Place = { link, peer, owner: undefined, early: [], fetched: new Map(), served: new Map() };
    this.#places.set(link, place);
    return place;
  }

  #own(place: Place, owner: Address): void {
    place.owner = owner;
    this.#byOwner.set(owner.path, place);
    for (const notice of place.early.splice(0)) this.#options.notify(owner, notice);
  }

  #tell(place: Place, notice: LinkNotice): void {
    if (place.owner === undefined) place.early.push(notice);
    else this.#options.notify(place.owner, notice);
  }

  #commandLink(
    nowMs: number,
    place: Place,
    command: Exclude<LinkCommand, { do: 'open-link' | 'own-link' }>,
  ): void {
    const { link, fetched, served } = place;
    const { links, streams } = this.#options;
    switch (command.do) {
      case 'fetch': {
        const id = link.subscribe(nowMs, command.stream, command.path);
        if (typeof id === 'string') {
          this.#tell(place, { type: 'fetch-over', stream: command.stream, reason: id });
          return;
        }
        const { stream } = command;
        const by: FetchedBy = {
          askKeyframe: atMs => {
            link.requestKeyframe(atMs, id);
            links.touch(link);
          },
          isSuspected: () => link.isSuspected,
          begun: () => this.#tell(place, { type: 'fetch-begun', stream }),
          refuse: (atMs, reason) => this.#leave(atMs, place, id, reason),
        };
        fetched.set(id, new Fetched(stream, place.peer, command.trial, by));
        return;
      }
      case 'unfetch':
        for (const [id, upstream] of fetched) {
          if (upstream.stream !== command.stream) continue;
          link.unsubscribe(nowMs, id);
          fetched.delete(id);
          this.#parents.end(nowMs, upstream);
        }
        return;
      case 'serve': {
        const carrier = new Served(links, link, command.subscription, command.stream);
        served.set(command.subscription, carrier);
        const path = [...streams.pathOf(command.stream), this.#options.node];
        link.accept(nowMs, command.subscription, streams.epochOf(command.stream), path);
        streams.addCarrier(nowMs, command.stream, carrier);
        return;
      }
      case 'end':
        this.#unserve(place, command.subscription);
        link.end(nowMs, command.subscription, command.reason);
        return;
      case 'refuse':
        link.refuse(nowMs, command.subscription, command.reason);
        return;
      case 'suspect-link':
        link.suspect(nowMs);
        return;
      case 'close-link':
        link.close(command.reason);
        this.#forget(nowMs, place);
        return;
      default:
        command satisfies never;
    }
  }

  #take(nowMs: number, place: Place, output: Exclude<LinkOutput, { readonly kind: 'datagram' }>): void {
    const { streams, notify, relays } = this.#options;
    switch (output.kind) {
      case 'up':
        if (place.owner === undefined)
          notify(relays, { type: 'link-accepted', link: place.link.localId, peer: output.peer });
        this.#tell(place, { type: 'link-up', peer: output.peer });
        return;
      case 'subscribe':
        this.#tell(place, {
          type: 'wanted',
          subscription: output.id,
          stream: output.stream,
          path: output.path,
        });
        return;
      case 'unsubscribe':
        this.#unserve(place, output.id);
        this.#tell(place, { type: 'unwanted', subscription: output.id });
        return;
      case 'keyframe': {
        const carrier = place.served.get(output.id);
        if (carrier !== undefined) streams.wantKeyframeOf(nowMs, carrier.stream);
        return;
      }
      case 'subscribed': {
        const upstream = place.fetched.get(output.id);
        if (upstream === undefined) return;
        if (output.path.includes(this.#options.node)) {
          const reason = `a loop: ${place.peer} has the stream by way of ${this.#options.node}`;
          this.#leave(nowMs, place, output.id, reason);
          return;
        }
        upstream.path = output.path;
        upstream.epoch = output.epoch;
        this.#parents.begin(nowMs, upstream);
        return;
      }
      case 'refused':
      case 'ended': {
        const upstream = place.fetched.get(output.id);
        if (upstream === undefined) return;
        place.fetched.delete(output.id);
        this.#parents.end(nowMs, upstream);
        this.#tell(place, { type: 'fetch-over', stream: upstream.stream, reason: output.reason });
        return;
      }
      case 'media': {
        const upstream = place.fetched.get(output.id);
        if (upstream !== undefined) this.#parents.forward(nowMs, upstream, output.track, output);
        return;
      }
      case 'clock': {
        const upstream = place.fetched.get(output.id);
        if (upstream !== undefined) streams.takeRelayedClock(nowMs, upstream, output.track, output);
        return;
      }
      case 'restart': {
        const carrier = place.served.get(output.id);
        if (carrier !== undefined) streams.restartCarrier(nowMs, carrier, output.after);
        return;
      }
      case 'quiet':
        this.#tell(place, { type: 'link-quiet' });
        return;
      case 'down':
        this.#tell(place, { type: 'link-down', reason: output.reason });
        this.#forget(nowMs, place);
        return;
      default:
        output satisfies never;
    }
  }

  /** What the peer delivers is not wanted: a stream that it has from us would make a loop. */
  #leave(nowMs: number, place: Place, id: number, reason: string): void {
    const upstream = place.fetched.get(id);
    if (upstream === undefined) return;
    place.fetched.delete(id);
    place.link.unsubscribe(nowMs, id);
    this.#options.links.touch(place.link);
    this.#tell(place, { type: 'fetch-over', stream: upstream.stream, reason });
  }

  #unserve(place: Place, subscription: number): void {
    const carrier = place.served.get(subscription);
    if (carrier === undefined) return;
    place.served.delete(subscription);
    this.#options.streams.removeCarrier(carrier.stream, carrier);
  }

  #forget(nowMs: number, place: Place): void {
    for (const upstream of place.fetched.values()) this.#parents.end(nowMs, upstream);
    for (const id of [...place.served.keys()]) this.#unserve(place, id);
    place.fetched.clear();
    this.#places.delete(place.link);
    if (place.owner !== undefined) this.#byOwner.delete(place.owner.path);
  }
}
