/** What the command line knows of a node: how to start one, and what to tell people of one that runs. */
import type { Logger } from 'pino';
import type { Config } from '../../actors/config/schema.ts';

export interface RunningNode {
  /** Where the pages, the signalling and the API are: `http://127.0.0.1:8080`, without a slash at the end; empty on a node without a gateway. */
  readonly url: string;
  /** The IP addresses that clients are told to send media to. */
  readonly addresses: readonly string[];
  /** The UDP port of each core, in the cores' order. */
  readonly mediaPorts: readonly number[];
  /** One line each, for the person who started the node. */
  readonly warnings: readonly string[];
  /** Resolves, with why, when the node cannot go on; it is still to be stopped. */
  readonly failure: Promise<string>;
  /** For trials: changes `relay.impairment`, of a node that was given one. What it cannot read it says in its log. */
  impair(text: string): void;
  /** Ends the sessions, then everything else; resolves when all is closed. */
  stop(): Promise<void>;
}

export type StartNode = (config: Config, options: { readonly log: Logger }) => Promise<RunningNode>;
