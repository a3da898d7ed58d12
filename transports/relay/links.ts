/**
 * All the relay links of one UDP port, as many as it has peers: datagrams find their link by its id. Strangers get no
 * answer and make nothing be kept; a node of the cluster gets one that is shorter than what it sent, and a link once it
 * has shown that it is where its hello came from.
 */
import type { Deadline } from '../clock.ts';
import { DeadlineHeap } from '../deadline-heap.ts';
import type { AddMultiples } from '../fec/port.ts';
import { Fifo } from '../kcp/fifo.ts';
import { X25519_BYTES, type X25519Pair, x25519Pair } from '../noise/x25519.ts';
import type { Random } from '../random.ts';
import { type Path, pathKey } from '../udp/path.ts';
import { isNodeName } from '../zeromq/hello.ts';
import { commonVersion, type VersionRange } from '../zeromq/versions.ts';
import { Accepting } from './accepting.ts';
import type { ConversationOptions } from './conversations.ts';
import { COOKIE_SECRET_BYTES, Cookies } from './cookies.ts';
import { type Datagram, type GreetingDatagram, parseDatagram } from './datagram.ts';
import {
  type AnswerTo,
  ephemeralOf,
  type Hello,
  parseHello,
  type Refusal,
  type RelayNode,
  relayVersions,
  writeCookie,
  writeRefusal,
} from './greeting.ts';
import { HALF_OPEN_MAX, LINKS_MAX } from './limits.ts';
import { RelayLink, type RelayLinkOptions } from './link.ts';
import { type LinkKeys, type LinkSecrets, linkKeysOf } from './link-keys.ts';
import type { LinkOutput } from './link-output.ts';
import type { MakeSeal } from './sealing.ts';
import { isUint48 } from './uint48.ts';

export interface RelayLinksOptions {
  readonly self: RelayNode;
  /** The cluster's: who has them may have a link. */
  readonly secrets: LinkSecrets;
  /** Fit for secrets: keys are drawn from it. */
  readonly random: Random;
  /** Says why a node that asks for a link does not get one, in words for it; nothing when it does. */
  readonly refuses?: (peer: RelayNode, path: Path) => string | undefined;
  readonly versions?: VersionRange;
  /** The longest IP packet that all paths are sure to carry. */
  readonly mtuBytes?: number;
  /** What this port can send, up to which a longer one is looked for on each path; absent: none is. */
  readonly mostMtuBytes?: number;
  /** The most that this end may send; absent: whatever there is. */
  readonly maxBitsPerSecond?: number;
  readonly conversations?: ConversationOptions;
  readonly makeSeal?: MakeSeal;
  readonly addMultiples?: AddMultiples;
}

export type LinksOutput =
  | {
      readonly kind: 'send';
      readonly bytes: Uint8Array;
      readonly path: Path;
      readonly dontFragment: boolean;
    }
  /** What a link has to say. One that was not opened here is first heard of by its `up`. */
  | {
      readonly kind: 'link';
      readonly link: RelayLink;
      readonly path: Path;
      readonly output: Exclude<LinkOutput, { readonly kind: 'datagram' }>;
    };

export interface LinksCounters {
  /** Bytes that are no datagram of ours. */
  malformed: number;
  /** Datagrams for links that are not, or no longer, there. */
  unknownLink: number;
  /** Hellos that no node of the cluster has written. */
  strangers: number;
  /** Cookies that were asked to be repeated. */
  cookiesSent: number;
  refusedVersion: number;
  /** Past LINKS_MAX or HALF_OPEN_MAX. */
  refusedBusy: number;
  refusedNotAllowed: number;
}

interface Place {
  readonly link: RelayLink;
  /** The path and the opener's ephemeral key, if that was the peer: what its hello is known by when it comes again. */
  readonly hello: string | undefined;
}

export class RelayLinks {
  readonly counters: LinksCounters = {
    malformed: 0,
    unknownLink: 0,
    strangers: 0,
    cookiesSent: 0,
    refusedVersion: 0,
    refusedBusy: 0,
    refusedNotAllowed: 0,
  };
  readonly #options: RelayLinksOptions;
  readonly #versions: VersionRange;
  readonly #keys: LinkKeys;
  readonly #cookies: Cookies;
  readonly #places = new Map<number, Place>();
  readonly #hellos = new Map<string, RelayLink>();
  readonly #halfOpen = new Set<RelayLink>();
  readonly #deadlines = new DeadlineHeap<RelayLink>();
  /** Those that may have outputs. */
  readonly #touched = new Set<RelayLink>();
  /** The one of them whose outputs are being taken. */
  #polled: RelayLink | undefined;
  /** To those who have no link. */
  readonly #answers = new Fifo<LinksOutput>();

  /** Throws a RangeError for a node that no hello can name. */
  constructor(options: RelayLinksOptions) {
    const { node, incarnation } = options.self;
    if (!isNodeName(node)) throw new RangeError(`'${node}' cannot be the name of a node`);
    if (!isUint48(incarnation)) throw new RangeError(`${incarnation} cannot be an incarnation`);
    this.#options = options;
    this.#versions = options.versions ?? relayVersions;
    this.#keys = linkKeysOf(options.secrets);
    this.#cookies = new Cookies(options.random.bytes(COOKIE_SECRET_BYTES));
  }

  /** Links in any state: as many as there is memory held for. */
  get size(): number {
    return this.#places.size;
  }

  get halfOpenCount(): number {
    return this.#halfOpen.size;
  }

  /** Those that are up. */
  *up(): Generator<RelayLink> {
    for (const { link } of this.#places.values()) if (link.state === 'up') yield link;
  }

  /** Begins a link to whoever listens at the other end of the path. */
  open(nowMs: number, path: Path): RelayLink {
    const begin = { role: 'opener', keys: this.#keys, ephemeral: this.#newEphemeral() } as const;
    return this.#add(nowMs, this.#freeId(), begin, path, undefined);
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
    if (this.#answers.size > 0) return this.#answers.shift();
    for (;;) {
      this.#polled ??= this.#anyTouched();
      const link = this.#polled;
      if (link === undefined) return undefined;
      for (let output = link.poll(); output !== undefined; output = link.poll()) {
        if (output.kind === 'datagram') {
          const { bytes, path, dontFragment } = output;
          return { kind: 'send', bytes, path, dontFragment };
        }
        // Nobody has heard of a link that was never confirmed.
        if (output.kind === 'down' && this.#halfOpen.has(link)) continue;
        return { kind: 'link', link, path: link.path, output };
      }
      this.#polled = undefined;
      this.#settle(link);
    }
  }

  #anyTouched(): RelayLink | undefined {
    for (const link of this.#touched) return link;
    return undefined;
  }

  #receiveForLink(nowMs: number, datagram: Datagram, path: Path): void {
    const place = this.#places.get(datagram.linkId);
    if (place === undefined) {
      this.counters.unknownLink += 1;
      return;
    }
    const { link } = place;
    const before: string = link.state;
    link.receive(nowMs, datagram, path);
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

  #receiveHello(nowMs: number, datagram: GreetingDatagram, path: Path): void {
    const hello = parseHello(this.#keys.greeting, datagram);
    if (hello === undefined) {
      this.counters.strangers += 1;
      return;
    }
    const version = commonVersion(this.#versions, hello.versions);
    if (version === undefined) {
      this.counters.refusedVersion += 1;
      this.#refuse(hello, path, 'version');
      return;
    }
    if (!this.#cookies.isOurs(nowMs, path, ephemeralOf(hello.message), hello.cookie)) {
      this.#askCookie(nowMs, hello, path);
      return;
    }
    const known = this.#hellos.get(helloKey(hello, path));
    if (known !== undefined) {
      known.receiveHelloAgain(nowMs);
      this.#touched.add(known);
    } else if (this.#halfOpen.size >= HALF_OPEN_MAX || this.#places.size >= LINKS_MAX) {
      this.counters.refusedBusy += 1;
      this.#refuse(hello, path, 'busy');
    } else this.#admit(nowMs, hello, version, path);
  }

  #askCookie(nowMs: number, hello: Hello, path: Path): void {
    const cookie = this.#cookies.make(nowMs, path, ephemeralOf(hello.message));
    this.counters.cookiesSent += 1;
    this.#answer(writeCookie(this.#keys.greeting, this.#answerTo(hello), cookie), path);
  }

  #admit(nowMs: number, hello: Hello, version: number, path: Path): void {
    const accepting = Accepting.read(hello, version, this.#keys, this.#newEphemeral());
    if (accepting === undefined) {
      this.counters.strangers += 1;
      return;
    }
    const refusal = this.#options.refuses?.(accepting.from, path);
    if (refusal !== undefined) {
      this.counters.refusedNotAllowed += 1;
      this.#refuse(hello, path, 'not allowed', refusal);
      return;
    }
    const localId = this.#freeId();
    const accepted = accepting.accept(localId, this.#options.self);
    if (accepted === undefined) {
      this.counters.strangers += 1;
      return;
    }
    const begin = { role: 'accepter', accepting, accepted } as const;
    this.#halfOpen.add(this.#add(nowMs, localId, begin, path, helloKey(hello, path)));
  }

  #refuse(hello: Hello, path: Path, code: Refusal['code'], words = ''): void {
    const refusal = { code, versions: this.#versions, words };
    this.#answer(writeRefusal(this.#keys.greeting, this.#answerTo(hello), refusal), path);
  }

  #answer(bytes: Uint8Array, path: Path): void {
    this.#answers.push({ kind: 'send', bytes, path, dontFragment: false });
  }

  #answerTo({ linkId, message }: Hello): AnswerTo {
    return { linkId, ephemeral: ephemeralOf(message), version: this.#versions.highest };
  }

  #add(
    nowMs: number,
    localId: number,
    begin: RelayLinkOptions['begin'],
    path: Path,
    hello: string | undefined,
  ): RelayLink {
    const {
      self,
      versions,
      mtuBytes,
      mostMtuBytes,
      maxBitsPerSecond,
      conversations,
      makeSeal,
      addMultiples,
    } = this.#options;
    const link = new RelayLink({
      nowMs,
      localId,
      self,
      path,
      begin,
      ...(versions && { versions }),
      ...(mtuBytes !== undefined && { mtuBytes }),
      ...(mostMtuBytes !== undefined && { mostMtuBytes }),
      ...(maxBitsPerSecond !== undefined && { maxBitsPerSecond }),
      ...(conversations && { conversations }),
      ...(makeSeal && { makeSeal }),
      ...(addMultiples && { addMultiples }),
    });
    this.#places.set(link.localId, { link, hello });
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

  #newEphemeral(): X25519Pair {
    return x25519Pair(this.#options.random.bytes(X25519_BYTES));
  }

  #freeId(): number {
    for (;;) {
      const id = this.#options.random.uint32();
      if (id !== 0 && !this.#places.has(id)) return id;
    }
  }
}

function helloKey({ message }: Hello, path: Path): string {
  return `${pathKey(path)} ${Buffer.from(ephemeralOf(message)).toString('base64')}`;
}
