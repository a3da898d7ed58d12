/**
 * All the relay links of one UDP port, as many as it has peers: datagrams find their link by its id, and only by the
 * path of its peer. Strangers get no answer but to a well-formed hello, and none that is longer than what they sent.
 */
import type { Deadline } from '../clock.ts';
import { DeadlineHeap } from '../deadline-heap.ts';
import { Fifo } from '../kcp/fifo.ts';
import type { Random } from '../random.ts';
import { type Path, pathKey } from '../udp/path.ts';
import { isNodeName } from '../zeromq/hello.ts';
import { commonVersion, type VersionRange } from '../zeromq/versions.ts';
import type { ConversationOptions } from './conversations.ts';
import { type Datagram, parseDatagram, writeDatagram } from './datagram.ts';
import {
  type Hello,
  parseHello,
  type Refusal,
  type RelayNode,
  relayVersions,
  writeRefusal,
} from './greeting.ts';
import { HALF_OPEN_MAX, LINKS_MAX } from './limits.ts';
import { RelayLink, type RelayLinkOptions } from './link.ts';
import type { LinkOutput } from './link-output.ts';
import { isUint48 } from './uint48.ts';

export interface RelayLinksOptions {
  readonly self: RelayNode;
  /** Fit for secrets: links' ids are drawn from it. */
  readonly random: Random;
  /** Says why a node that asks for a link does not get one, in words for it; nothing when it does. */
  readonly refuses?: (peer: RelayNode, path: Path) => string | undefined;
  readonly versions?: VersionRange;
  readonly conversations?: ConversationOptions;
}

export type LinksOutput =
  | { readonly kind: 'send'; readonly bytes: Uint8Array; readonly path: Path }
  /** What a link has to say. One that was not opened here is first heard of by its `up`. */
  | {
      readonly kind: 'link';
      readonly link: RelayLink;
      readonly path: Path;
      readonly output: Exclude<LinkOutput, { readonly kind: 'datagram' }>;
    };

export interface LinksCounters {
  /** Bytes that are no datagram of ours, or a hello that is none. */
  malformed: number;
  /** Datagrams for links that are not, or no longer, there. */
  unknownLink: number;
  /** Datagrams for a link by another path than its peer's. */
  wrongPath: number;
  refusedVersion: number;
  /** Past LINKS_MAX or HALF_OPEN_MAX. */
  refusedBusy: number;
  refusedNotAllowed: number;
}

interface Place {
  readonly link: RelayLink;
  readonly path: Path;
  /** The path and the opener's own id, if that was the peer: what its hello is known by when it comes again. */
  readonly hello: string | undefined;
}

export class RelayLinks {
  readonly counters: LinksCounters = {
    malformed: 0,
    unknownLink: 0,
    wrongPath: 0,
    refusedVersion: 0,
    refusedBusy: 0,
    refusedNotAllowed: 0,
  };
  readonly #options: RelayLinksOptions;
  readonly #versions: VersionRange;
  readonly #places = new Map<number, Place>();
  readonly #hellos = new Map<string, RelayLink>();
  readonly #halfOpen = new Set<RelayLink>();
  readonly #deadlines = new DeadlineHeap<RelayLink>();
  /** Those that may have outputs. */
  readonly #touched = new Set<RelayLink>();
  readonly #refusals = new Fifo<LinksOutput>();

  /** Throws a RangeError for a node that no hello can name. */
  constructor(options: RelayLinksOptions) {
    const { node, incarnation } = options.self;
    if (!isNodeName(node)) throw new RangeError(`'${node}' cannot be the name of a node`);
    if (!isUint48(incarnation)) throw new RangeError(`${incarnation} cannot be an incarnation`);
    this.#options = options;
    this.#versions = options.versions ?? relayVersions;
  }

  /** Links in any state: as many as there is memory held for. */
  get size(): number {
    return this.#places.size;
  }

  get halfOpenCount(): number {
    return this.#halfOpen.size;
  }

  /** Begins a link to whoever listens at the other end of the path. */
  open(nowMs: number, path: Path): RelayLink {
    return this.#add({ nowMs }, path, undefined);
  }

  /** The owner has called a method of the link itself: its outputs will come with the next polls. */
  touch(link: RelayLink): void {
    if (this.#places.has(link.localId)) this.#touched.add(link);
  }

  /** One datagram of the port; borrowed for this call. */
  receive(nowMs: number, bytes: Uint8Array, path: Path): void {
    const datagram = parseDatagram(bytes);
    if (datagram === undefined) this.counters.malformed += 1;
    else if (datagram.type === 'hello') this.#receiveHello(nowMs, datagram, path);
    else this.#receiveForLink(nowMs, datagram, path);
  }

  deadline(): Deadline | undefined {
    const atMs = this.#deadlines.firstAtMs;
    return atMs === undefined ? undefined : { atMs, reason: 'relay: links' };
  }

  advance(nowMs: number): void {
    for (let link = this.#deadlines.popDue(nowMs); link !== undefined; link = this.#deadlines.popDue(nowMs)) {
      link.advance(nowMs);
      this.#touched.add(link);
    }
  }

  poll(): LinksOutput | undefined {
    if (this.#refusals.size > 0) return this.#refusals.shift();
    for (const link of this.#touched) {
      const { path } = this.#places.get(link.localId)!;
      for (let output = link.poll(); output !== undefined; output = link.poll()) {
        if (output.kind === 'datagram') return { kind: 'send', bytes: output.bytes, path };
        // Nobody has heard of a link that was never confirmed.
        if (output.kind === 'down' && this.#halfOpen.has(link)) continue;
        return { kind: 'link', link, path, output };
      }
      this.#settle(link);
    }
    return undefined;
  }

  #receiveForLink(nowMs: number, datagram: Datagram, path: Path): void {
    const place = this.#places.get(datagram.linkId);
    if (place === undefined) {
      this.counters.unknownLink += 1;
      return;
    }
    const { link } = place;
    if (path.remotePort !== place.path.remotePort || path.remoteAddress !== place.path.remoteAddress) {
      this.counters.wrongPath += 1;
      return;
    }
    const before: string = link.state;
    link.receive(nowMs, datagram);
    this.#touched.add(link);
    if (before === 'up' || link.state !== 'up') return;
    this.#halfOpen.delete(link);
    this.#retireFormer(link.peer!);
  }

  /** A node that has started again has forgotten the links of its former life. */
  #retireFormer({ node, incarnation }: RelayNode): void {
    for (const { link } of this.#places.values()) {
      const { peer, state } = link;
      if (state !== 'up' || peer?.node !== node || peer.incarnation >= incarnation) continue;
      link.close('the node has started again');
      this.#touched.add(link);
    }
  }

  #receiveHello(nowMs: number, { payload }: Datagram, path: Path): void {
    const hello = parseHello(payload);
    if (hello === undefined) {
      this.counters.malformed += 1;
      return;
    }
    const known = this.#hellos.get(helloKey(hello, path));
    if (known !== undefined) {
      known.receiveHelloAgain(nowMs);
      this.#touched.add(known);
      return;
    }
    const version = commonVersion(this.#versions, hello.versions);
    if (version === undefined) {
      this.counters.refusedVersion += 1;
      this.#refuse(hello, path, 'version');
    } else if (this.#halfOpen.size >= HALF_OPEN_MAX || this.#places.size >= LINKS_MAX) {
      this.counters.refusedBusy += 1;
      this.#refuse(hello, path, 'busy');
    } else this.#admit(nowMs, hello, version, path);
  }

  #admit(nowMs: number, hello: Hello, version: number, path: Path): void {
    const refusal = this.#options.refuses?.(hello.from, path);
    if (refusal !== undefined) {
      this.counters.refusedNotAllowed += 1;
      this.#refuse(hello, path, 'not allowed', refusal);
      return;
    }
    const link = this.#add({ nowMs, accepted: { hello, version } }, path, helloKey(hello, path));
    this.#halfOpen.add(link);
  }

  #refuse({ linkId }: Hello, path: Path, code: Refusal['code'], words = ''): void {
    const payload = writeRefusal({ code, versions: this.#versions, words });
    const { highest: version } = this.#versions;
    const bytes = writeDatagram({ type: 'refuse', version, linkId, payload });
    this.#refusals.push({ kind: 'send', bytes, path });
  }

  #add(
    options: Pick<RelayLinkOptions, 'nowMs' | 'accepted'>,
    path: Path,
    hello: string | undefined,
  ): RelayLink {
    const { self, versions, conversations } = this.#options;
    const link = new RelayLink({
      ...options,
      localId: this.#freeId(),
      self,
      ...(versions && { versions }),
      ...(conversations && { conversations }),
    });
    this.#places.set(link.localId, { link, path, hello });
    if (hello !== undefined) this.#hellos.set(hello, link);
    this.#touched.add(link);
    return link;
  }

  /** The link has said all that it had to say. */
  #settle(link: RelayLink): void {
    this.#touched.delete(link);
    this.#deadlines.set(link, link.deadline()?.atMs);
    if (link.state !== 'down') return;
    const { hello } = this.#places.get(link.localId)!;
    this.#places.delete(link.localId);
    this.#halfOpen.delete(link);
    if (hello !== undefined) this.#hellos.delete(hello);
  }

  #freeId(): number {
    for (;;) {
      const id = this.#options.random.uint32();
      if (id !== 0 && !this.#places.has(id)) return id;
    }
  }
}

function helloKey({ linkId }: Hello, path: Path): string {
  return `${pathKey(path)} ${linkId}`;
}
