/**
 * The nodes, as each announces itself: soft state, complete again within a second or two of the scheduler's start. A
 * core: synchronous, without a clock; one command, then `poll` until there is nothing left.
 */
import type { Deadline } from '../../transports/clock.ts';
import type { Location } from '../geo/location.ts';
import { type Address, formatAddress } from '../runtime/address.ts';
import { fullnessOf } from './fullness.ts';
import { Landmarks } from './landmarks.ts';
import type { LeaveReason } from './leave-reason.ts';
import type { MeasuredLink, NodeLoad, Peer, Register, RelayEndpoint, Role } from './messages.ts';
import type { ParentNode, StreamView } from './parents.ts';
import { loadMs, spotOf, wayMs } from './path-cost.ts';
import { isSame } from './peer-list.ts';
import { Placement } from './placement.ts';
import type { LeftWord, NodeWord } from './shared-messages.ts';
import { SiteLinks } from './site-links.ts';
import { Steadiness } from './steadiness.ts';
import { type StreamChange, StreamDirectory } from './stream-directory.ts';

/** A node says a word every second; one that has missed three is dead, or cannot be reached from here. */
export const NODE_SILENCE_MS = 3000;
/**
 * A node is this scheduler's unless another has told of it for so long since its own last word: two of a node's seconds,
 * and some, since it may speak to both.
 */
export const OWN_LASTS_MS = 2500;
/** For so long placement goes by the same delays between sites; these change no sooner. */
const DELAYS_LAST_MS = 5000;
/** A parent that is full, or says so, may still be the only one. */
const FULLNESS_MOST = 0.99;
/** Ten times the largest cluster in mind (1,000 edges), at some kilobytes a node. */
export const NODES_MAX = 10_000;

export interface NodeEntry extends ParentNode {
  readonly incarnation: number;
  readonly location: Location | undefined;
  readonly address: Address;
  readonly roles: readonly Role[];
  readonly relay: RelayEndpoint | undefined;
  readonly links: string | undefined;
  readonly http: string | undefined;
  readonly load: NodeLoad;
  /** It has come and gone several times lately. */
  readonly unsteady: boolean;
  readonly registeredAtWallMs: number;
  /** Of it, by itself or by another scheduler. */
  readonly heardAtMs: number;
  /** By itself; undefined if never. */
  readonly ownWordAtMs: number | undefined;
  /** The scheduler that has told of it last. */
  readonly toldBy: string | undefined;
}

export type RegistryChange =
  | { readonly kind: 'node-joined'; readonly entry: NodeEntry }
  /** The same process says something else of itself than before. */
  | { readonly kind: 'node-changed'; readonly entry: NodeEntry; readonly before: NodeEntry }
  | { readonly kind: 'node-left'; readonly entry: NodeEntry; readonly reason: LeaveReason }
  | StreamChange;

export type RegisterOutcome =
  | { readonly kind: 'registered'; readonly entry: NodeEntry }
  /** A newer process has the name. */
  | { readonly kind: 'older'; readonly than: NodeEntry }
  | { readonly kind: 'too many nodes' };

export class Registry {
  readonly #streams = new StreamDirectory();
  /** The one that was heard last is last. */
  readonly #nodes = new Map<string, NodeEntry>();
  /** By site. */
  readonly #relays = new Map<string, Map<string, NodeEntry>>();
  readonly #links = new SiteLinks();
  readonly placement = new Placement((from, to) => this.#links.costMs(from, to));
  readonly landmarks = new Landmarks();
  #delaysTakenAtMs = 0;
  readonly #steadiness = new Steadiness();
  readonly #changes: RegistryChange[] = [];

  /** As the node itself says. */
  register(nowMs: number, wallMs: number, facts: Register): RegisterOutcome {
    const isUnsteady = this.#steadiness.isUnsteady(nowMs, facts.node);
    return this.#register(nowMs, facts, { wallMs, isUnsteady, ownWordAtMs: nowMs });
  }

  /** As another scheduler says, with whom the node has registered. */
  toldOf(nowMs: number, { from, facts, registeredAtWallMs, unsteady }: NodeWord): RegisterOutcome {
    return this.#register(nowMs, facts, { wallMs: registeredAtWallMs, isUnsteady: unsteady, toldBy: from });
  }

  /** By another scheduler's word a node is gone; not if it has spoken to this one, or by a third that tells of it. */
  toldLeft(nowMs: number, { from, node, incarnation, reason }: LeftWord): void {
    const entry = this.#nodes.get(node);
    if (entry?.incarnation !== incarnation || entry.toldBy !== from || isOwn(entry)) return;
    this.#leave(nowMs, entry, reason);
  }

  #register(nowMs: number, facts: Register, word: WordOfNode): RegisterOutcome {
    const known = this.#nodes.get(facts.node);
    if (known === undefined && this.#nodes.size >= NODES_MAX) return { kind: 'too many nodes' };
    if (known !== undefined && isOlder(facts, known)) return { kind: 'older', than: known };
    const isReplacing = known !== undefined && facts.incarnation > known.incarnation;
    if (isReplacing) this.#changes.push({ kind: 'node-left', entry: known, reason: 'replaced' });
    const before = isReplacing ? undefined : known;
    const entry = this.#entry(nowMs, facts, word, before);
    if (isReplacing) this.placement.remove(facts.node);
    if (known !== undefined) this.#take(known);
    this.#put(entry);
    if (before === undefined) this.#changes.push({ kind: 'node-joined', entry });
    else if (isOtherThan(entry, before)) this.#changes.push({ kind: 'node-changed', entry, before });
    this.#streams.announce(facts.node, facts.streams);
    for (const link of facts.measured ?? []) this.#measured(nowMs, entry, link);
    this.#collect();
    return { kind: 'registered', entry };
  }

  /** False when it comes from none that is registered. */
  streamChanged(node: string, incarnation: number, stream: string, epoch: number, live: boolean): boolean {
    if (this.#nodes.get(node)?.incarnation !== incarnation) return false;
    this.#streams.changed(node, stream, epoch, live);
    this.#collect();
    return true;
  }

  /** The actor that registered the node is gone, or the link to it: none of the others may say so for it. */
  down(nowMs: number, address: Address, reason: LeaveReason): void {
    const entry = this.#nodes.get(address.node);
    if (entry === undefined || formatAddress(entry.address) !== formatAddress(address)) return;
    if (!isOwn(entry)) return;
    this.#leave(nowMs, entry, reason);
  }

  /** To be called before anything is asked: takes out who has been silent. */
  advance(nowMs: number): void {
    this.#streams.advance(nowMs);
    if (nowMs - this.#delaysTakenAtMs >= DELAYS_LAST_MS) {
      this.#delaysTakenAtMs = nowMs;
      this.placement.delaysChanged();
    }
    for (const entry of this.#nodes.values()) {
      if (nowMs - entry.heardAtMs < NODE_SILENCE_MS) break;
      this.#leave(nowMs, entry, 'silent');
    }
  }

  deadline(): Deadline | undefined {
    const [eldest] = this.#nodes.values();
    return eldest && { atMs: eldest.heardAtMs + NODE_SILENCE_MS, reason: `silence of ${eldest.node}` };
  }

  poll(): RegistryChange | undefined {
    return this.#changes.shift();
  }

  node(name: string): NodeEntry | undefined {
    return this.#nodes.get(name);
  }

  get nodes(): Iterable<NodeEntry> {
    return this.#nodes.values();
  }

  get streams(): Pick<StreamDirectory, 'origin' | 'names' | 'holders' | 'upstreams' | 'newestEpoch'> {
    return this.#streams;
  }

  /** What `findParent` needs. */
  view(stream: string): StreamView {
    return {
      stream,
      origin: this.#streams.origin(stream)?.node,
      node: name => this.#nodes.get(name),
      relaysOf: idc => this.#relaysOf(idc),
      upstreams: node => this.#streams.upstreams(stream, node),
      carriers: () => this.#streams.carriers(stream).flatMap(node => this.#nodes.get(node) ?? []),
      betweenMs: (from, to) => this.#betweenMs(from, to),
    };
  }

  /** There has been a publication of that epoch, perhaps before anybody remembers. */
  epochTold(epoch: number): void {
    this.#streams.newestEpoch = Math.max(this.#streams.newestEpoch, epoch);
  }

  noteParent(nowMs: number, stream: string, node: string, parent: string): void {
    this.#streams.nameParent(nowMs, stream, node, parent);
  }

  #measured(nowMs: number, { idc }: NodeEntry, link: MeasuredLink): void {
    const peer = this.#nodes.get(link.node);
    if (peer !== undefined) this.#links.measured(nowMs, idc, peer.idc, link);
  }

  /** The way between the two, as measured or else as far as it is, and what the provider's load costs. */
  #betweenMs(from: ParentNode, to: ParentNode): number {
    const load = this.#nodes.get(from.node)?.load;
    const fullness = load === undefined ? 0 : Math.min(FULLNESS_MOST, fullnessOf(load, 0));
    const ways =
      from.idc === to.idc ? 0 : (this.#links.costMs(from.idc, to.idc) ?? wayMs(from.spot, to.spot));
    return ways + loadMs(fullness);
  }

  #entry(nowMs: number, facts: Register, word: WordOfNode, before: NodeEntry | undefined): NodeEntry {
    const { node, incarnation, idc, location, relay, links, http, address, load } = facts;
    return {
      node,
      incarnation,
      idc,
      location,
      roles: [...new Set(facts.roles)],
      relay,
      links,
      http,
      address,
      registeredAtWallMs: before?.registeredAtWallMs ?? word.wallMs,
      heardAtMs: nowMs,
      ownWordAtMs: word.ownWordAtMs ?? before?.ownWordAtMs,
      toldBy: word.toldBy ?? before?.toldBy,
      load,
      unsteady: word.isUnsteady,
      isRelay: facts.roles.includes('relay'),
      isReachable: relay !== undefined,
      spot: spotOf(idc, location),
      isDraining: facts.draining === true,
    };
  }

  #leave(nowMs: number, entry: NodeEntry, reason: LeaveReason): void {
    this.#take(entry);
    this.placement.remove(entry.node);
    this.landmarks.remove(entry.node);
    if (isOwn(entry)) this.#steadiness.left(nowMs, entry.node);
    this.#changes.push({ kind: 'node-left', entry, reason });
    this.#streams.removeNode(entry.node);
    this.#collect();
  }

  #put(entry: NodeEntry): void {
    const { node, idc, isRelay } = entry;
    this.#nodes.set(node, entry);
    if (entry.isDraining) this.placement.remove(node);
    else this.placement.set(entry);
    this.landmarks.set(entry);
    if (isRelay)
      this.#relays.set(idc, (this.#relays.get(idc) ?? new Map<string, NodeEntry>()).set(node, entry));
  }

  #take({ node, idc }: NodeEntry): void {
    this.#nodes.delete(node);
    const relays = this.#relays.get(idc);
    relays?.delete(node);
    if (relays?.size === 0) this.#relays.delete(idc);
  }

  #relaysOf(idc: string): Iterable<NodeEntry> {
    const relays = this.#relays.get(idc);
    // One that can be gone through more than once, as an iterator cannot.
    return relays === undefined ? [] : { [Symbol.iterator]: () => relays.values() };
  }

  #collect(): void {
    for (let change = this.#streams.poll(); change !== undefined; change = this.#streams.poll()) {
      this.#changes.push(change);
    }
  }
}

/** How a word of a node has come. */
interface WordOfNode {
  readonly wallMs: number;
  readonly isUnsteady: boolean;
  readonly ownWordAtMs?: number;
  readonly toldBy?: string;
}

/** Whether the node speaks to this scheduler itself. */
export function isOwn({ ownWordAtMs, heardAtMs }: NodeEntry): boolean {
  return ownWordAtMs !== undefined && heardAtMs - ownWordAtMs < OWN_LASTS_MS;
}

/** A process's own actors have higher numbers the later they were started, so that a restarted one is the newer. */
function isOlder({ incarnation, address }: Register, known: NodeEntry): boolean {
  if (incarnation !== known.incarnation) return incarnation < known.incarnation;
  return address.incarnation < known.address.incarnation;
}

function isOtherThan(entry: NodeEntry, before: NodeEntry): boolean {
  return (
    !isSame(peerOf(entry), peerOf(before)) ||
    entry.address.incarnation !== before.address.incarnation ||
    entry.relay?.address !== before.relay?.address ||
    entry.relay?.port !== before.relay?.port
  );
}

export function peerOf({ node, idc, roles, links }: NodeEntry): Peer {
  return { node, idc, roles, ...(links !== undefined && { links }) };
}
