/**
 * Which pull edges have a stream, by their own word: asked while there is no scheduler to ask, so that who comes late to a
 * class which is running gets in.
 */
import type { Address } from '../actors/runtime/address.ts';
import type { HasStream, ListPeers, Peer, PeersKnown, StreamHere } from '../actors/scheduler/messages.ts';
import { membershipAddress } from '../actors/sessions/facts.ts';
import type { Clock } from '../transports/clock.ts';
import type { ActorsPort } from './actors-port.ts';

/** A question costs each of them some 10 µs, and a second's viewers of a stream share the answers. */
const EDGES_ASKED_MAX = 256;
/** They answer out of their memory, in milliseconds; one that is silent is not waited for. */
const ANSWER_TIMEOUT_MS = 300;
/** As long as a load lasts that nodes announce. */
const ANSWERS_LAST_MS = 1000;
/** At some hundred bytes an edge that has it, a few MB. Past it the stream asked for first is forgotten. */
const STREAMS_KEPT = 1000;

interface Found {
  readonly atMs: number;
  readonly edges: Promise<readonly Peer[]>;
  /** How many were sent to one of them: they take turns. */
  sent: number;
}

export class StreamHolders {
  readonly #actors: Pick<ActorsPort, 'ask'>;
  readonly #clock: Pick<Clock, 'nowMs'>;
  readonly #node: string;
  readonly #idc: string;
  readonly #found = new Map<string, Found>();

  /** `node` and `idc` are the gateway's own. */
  constructor(actors: Pick<ActorsPort, 'ask'>, clock: Pick<Clock, 'nowMs'>, node: string, idc: string) {
    this.#actors = actors;
    this.#clock = clock;
    this.#node = node;
    this.#idc = idc;
  }

  /** One that has the stream, and room: of the gateway's own site, if there is one. */
  async find(stream: string, exclude: readonly string[]): Promise<Peer | undefined> {
    const found = this.#current(stream);
    const edges = (await found.edges).filter(({ node }) => !exclude.includes(node));
    found.sent += 1;
    return edges[found.sent % edges.length];
  }

  #current(stream: string): Found {
    const nowMs = this.#clock.nowMs();
    const known = this.#found.get(stream);
    if (known !== undefined && nowMs - known.atMs < ANSWERS_LAST_MS) return known;
    const found: Found = { atMs: nowMs, edges: this.#ask(stream), sent: 0 };
    this.#found.delete(stream);
    this.#found.set(stream, found);
    if (this.#found.size > STREAMS_KEPT) this.#found.delete(this.#found.keys().next().value!);
    return found;
  }

  async #ask(stream: string): Promise<readonly Peer[]> {
    const list: Omit<ListPeers, 'replyTo'> = { type: 'list-peers' };
    const known = await this.#answer<PeersKnown>(membershipAddress(this.#node), list);
    const isNear = ({ idc }: Peer) => idc === this.#idc;
    const edges = (known?.peers ?? [])
      .filter(({ roles }) => roles.includes('pull'))
      .sort((a, b) => Number(isNear(b)) - Number(isNear(a)))
      .slice(0, EDGES_ASKED_MAX);
    const question: Omit<HasStream, 'replyTo'> = { type: 'has-stream', stream };
    const answers = await Promise.all(
      edges.map(({ node }) => this.#answer<StreamHere>(membershipAddress(node), question)),
    );
    const having = edges.filter((_, i) => answers[i]?.isLive === true && answers[i].fullness < 1);
    const near = having.filter(isNear);
    return near.length > 0 ? near : having;
  }

  /** Undefined where nobody answers. */
  async #answer<M extends PeersKnown | StreamHere>(
    to: Address,
    question: Omit<ListPeers | HasStream, 'replyTo'>,
  ): Promise<M | undefined> {
    return this.#actors.ask<M>(to, question, ANSWER_TIMEOUT_MS).catch(() => undefined);
  }
}
