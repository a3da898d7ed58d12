/** What the gateway is given by whoever puts the node together. */
import type { Middleware } from 'koa';
import type { Address } from '../actors/runtime/address.ts';
import type { Clock } from '../transports/clock.ts';
import type { ActorsPort } from './actors-port.ts';
import type { Locate } from './geo/locate.ts';
import type { OpenedSessions } from './opened-sessions.ts';
import type { StreamHolders } from './stream-holders.ts';

export interface GatewayDeps {
  readonly actors: ActorsPort;
  readonly opened: OpenedSessions;
  /** Who is asked while the scheduler is away. */
  readonly holders: StreamHolders;
  /** This node's name, under which its actors are addressed. */
  readonly node: string;
  readonly idc: string;
  readonly roles: readonly string[];
  /** How many core shards the node has; 0 on one that carries no media. */
  readonly shards: number;
  /** Who answers for the schedulers of the node's cluster; absent where it stands alone. */
  readonly scheduler?: Address;
  readonly version: string;
  /** When the node started, milliseconds since the Unix epoch. */
  readonly startedAtMs: number;
  readonly config: GatewayConfig;
  /** Where the client of an address is. */
  readonly locate: Locate;
  readonly clock: Clock;
  readonly log: Log;
  readonly events: NodeEvents;
  /** Serves the pages; called for every path that is not the gateway's own, and calls `next` for those it lacks. */
  readonly pages: Middleware;
}

export interface GatewayConfig {
  /** HS256 secrets: a token may be signed with any of them, so that they can be changed. None: everybody is let in. */
  readonly secrets: readonly string[];
  /**
   * Whose pages may call: everybody's, or those of the origins listed (`https://school.example`). Without a secret it
   * is those of this machine, and of the origins listed.
   */
  readonly corsOrigins: '*' | readonly string[];
  /** POST, PATCH and DELETE a minute and client address; twice as many at once. At least 1; default in http/rate-limit.ts. */
  readonly requestsPerMinute?: number;
  /** A reverse proxy stands before the gateway: the client's address is the last one of X-Forwarded-For. */
  readonly trustProxy?: boolean;
  /** Also export the process's own metrics (CPU, memory, event loop lag). */
  readonly processMetrics?: boolean;
}

/** The part of pino that is used here. */
export interface Log {
  debug(fields: object, text: string): void;
  info(fields: object, text: string): void;
  warn(fields: object, text: string): void;
  error(fields: object, text: string): void;
}

/** Something on this node came, changed or went: what GET /api/events tells. */
export interface NodeEvent {
  /** A word for what happened, such as `stream-live`. */
  readonly event: string;
  /** Whose permission is needed to hear of it; without one every observer may. */
  readonly stream?: string;
  readonly data: Readonly<Record<string, unknown>>;
}

export interface NodeEvents {
  /** Calls `listener` with every event from now on, until the function returned is called. */
  subscribe(listener: (event: NodeEvent) => void): () => void;
}
