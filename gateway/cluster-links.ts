/** The node's links to the other nodes of its cluster, over ZeroMQ: the port `links` of its actors. */
import type { Config } from '../actors/config/schema.ts';
import { isEnvelope } from '../actors/runtime/is-envelope.ts';
import type { Envelope } from '../actors/runtime/link.ts';
import type { ActorSystem } from '../actors/runtime/system.ts';
import type { ConnectPeer, LinkUp } from '../actors/scheduler/messages.ts';
import { membershipAddress } from '../actors/sessions/facts.ts';
import type { Clock } from '../transports/clock.ts';
import type { Random } from '../transports/random.ts';
import type { ClusterKeys } from '../transports/zeromq/keys.ts';
import { NodeLinks } from '../transports/zeromq/node-links.socket.ts';

export interface ClusterLinksOptions {
  readonly config: Config;
  readonly keys: ClusterKeys;
  readonly incarnation: number;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: (entry: object) => void;
}

export class ClusterLinks {
  readonly #config: Config;
  readonly #links: NodeLinks<Envelope>;
  /** Where other nodes reach this one. */
  readonly endpoint: string;

  private constructor(config: Config, links: NodeLinks<Envelope>, endpoint: string) {
    this.#config = config;
    this.#links = links;
    this.endpoint = endpoint;
  }

  /** Listens; `system` may be asked for from the first link on. Rejects with one line that says what is wrong. */
  static async open(options: ClusterLinksOptions, system: () => ActorSystem): Promise<ClusterLinks> {
    const { config, keys, incarnation, clock, random, log } = options;
    const links = new NodeLinks<Envelope>({
      node: config.node.name,
      incarnation,
      keys,
      clock,
      random,
      facts: { idc: config.node.idc, roles: config.node.roles },
      isItem: isEnvelope,
      onUp(peer, link) {
        system().attachNode(peer.node, link);
        const up: LinkUp = { type: 'link-up', node: peer.node };
        system().tell(membershipAddress(config.node.name), up);
      },
      log: entry => log({ path: '', ...entry }),
    });
    const endpoint = await links.listen(config.cluster.listen);
    return new ClusterLinks(config, links, endpoint);
  }

  /** Dials the nodes that this one was told to join by. */
  join(): void {
    for (const endpoint of this.#config.cluster.join) this.#links.connect(endpoint);
  }

  perform(command: ConnectPeer): void {
    this.#links.connect(command.endpoint);
  }

  close(): Promise<void> {
    return this.#links.close();
  }
}
