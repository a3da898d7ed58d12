/** Asking actors, and turning what can go wrong with that into problems. */
import type { LoadedShard, ReportLoads, ShardLoads } from '../actors/node/messages.ts';
import type {
  Describe,
  Described,
  Opened,
  Publish,
  Refused,
  ReportShard,
  ShardReport,
  View,
} from '../actors/protocol.ts';
import { type Address, addressOf } from '../actors/runtime/address.ts';
import type { Message } from '../actors/runtime/behaviour.ts';
import type { MeasuredSite } from '../actors/scheduler/measured-ways.ts';
import type {
  ClusterReport,
  LandmarkSite,
  NoScheduler,
  NotPlaced,
  Place,
  Placed,
  ReportCluster,
} from '../actors/scheduler/messages.ts';
import type { DescribeEnded } from '../actors/sessions/ended-messages.ts';
import { endedAddress } from '../actors/sessions/facts.ts';
import type { GatewayDeps } from './deps.ts';
import { problem, problemOf, refusal, retryAfter } from './http/problem.ts';
import type { SessionRef } from './session-ref.ts';

/** What is needed to find an edge and to ask it. */
export type EdgeAsking = Pick<GatewayDeps, 'actors' | 'scheduler' | 'node' | 'idc' | 'locate' | 'holders'>;

/** A message to ask with: the actor system adds `replyTo`. */
export type Question<M extends Message> = Omit<M, 'replyTo'> & Message;

/** Longer than an edge takes to make a session on a busy shard or to fetch a stream from another site, twice over. */
const EDGE_TIMEOUT_MS = 10_000;
/** A session answers out of its own state; after this long its shard is stuck. */
const SESSION_TIMEOUT_MS = 5_000;
/** Whoever reads reports (the dashboard, Prometheus, a load balancer's check) wants what there is, soon. */
const REPORT_TIMEOUT_MS = 1_000;

/** When an edge is away, its supervisor has it back within this time. */
const EDGE_RETRY_SECONDS = 2;

export interface AskingClient {
  readonly ip: string;
  /** The path that it has asked, if it can be sent to another gateway with that: by WHIP and WHEP (RFC 9725 section 4.5). */
  readonly path?: string;
  /** Round trips to sites, where it tells of any. */
  readonly measured?: readonly MeasuredSite[];
}

/** The edge's answer, and what the client is to measure for the next time. */
export interface EdgeAnswer {
  readonly answer: Opened | Refused;
  readonly measure?: readonly LandmarkSite[];
}

/** Edges that are tried for one client: a stale view of the scheduler costs one retry. */
export const MAX_EDGES_TRIED = 2;

/** Asks an edge near the client for a session. Throws problem 307 where another gateway is to be asked, 503 when there is no such edge now, 504 when it does not answer. */
export async function askEdge(
  deps: EdgeAsking,
  question: Question<Publish> | Question<View>,
  { ip, path: asked, measured }: AskingClient,
): Promise<EdgeAnswer> {
  if (deps.scheduler === undefined) return { answer: await askEdgeOf(deps, deps.node, question) };
  const tried: string[] = [];
  const client = deps.locate(ip);
  for (;;) {
    const { type, stream } = question;
    const placed = await placeSurely(deps, deps.scheduler, {
      type: 'place',
      role: type === 'publish' ? 'push' : 'pull',
      stream,
      ...(client !== undefined && { client }),
      ...(measured !== undefined && { measured }),
      idc: deps.idc,
      gateway: deps.node,
      exclude: tried,
    });
    if (placed.type === 'refused') return { answer: placed };
    if (placed.otherGateway !== undefined && asked !== undefined) {
      throw problem(307, 'This gateway is being drained.', {
        title: 'Gateway draining',
        headers: { Location: `${placed.otherGateway}${asked}` },
      });
    }
    tried.push(placed.node);
    const isLast = tried.length >= MAX_EDGES_TRIED;
    const asking = type === 'publish' ? { ...question, ...afterEpoch(placed) } : question;
    const answer = await askEdgeOf(deps, placed.node, asking).catch((error: unknown) => {
      if (isLast || problemOf(error)?.status !== 503) throw error;
      return undefined;
    });
    if (answer === undefined || (!isLast && isRefused(answer) && answer.status === 503)) continue;
    return { answer, ...(placed.measure !== undefined && { measure: placed.measure }) };
  }
}

function afterEpoch({ afterEpoch: epoch }: Placed): Pick<Publish, 'afterEpoch'> {
  return epoch === undefined ? {} : { afterEpoch: epoch };
}

async function place(
  deps: EdgeAsking,
  scheduler: Address,
  question: Question<Place>,
): Promise<Placed | NotPlaced> {
  try {
    const answer = await deps.actors.ask<Placed | NotPlaced | NoScheduler>(
      scheduler,
      question,
      SESSION_TIMEOUT_MS,
    );
    if (answer.type === 'no-scheduler') throw schedulerAway();
    return answer;
  } catch (error) {
    const isAway = isNamed(error, 'NotReachable') || isNamed(error, 'AskTimeout');
    throw isAway ? schedulerAway() : error;
  }
}

/**
 * While the scheduler is away, or has come back just now and does not know of edges or of the stream yet, a viewer is sent
 * to an edge that says it has the stream, if there is one.
 */
async function placeSurely(
  deps: EdgeAsking,
  scheduler: Address,
  question: Question<Place>,
): Promise<Placed | NotPlaced> {
  const { role, stream, exclude } = question;
  const atHolder = async (): Promise<Placed | undefined> => {
    const edge = role === 'pull' ? await deps.holders.find(stream, exclude) : undefined;
    return edge && { type: 'placed', node: edge.node, idc: edge.idc };
  };
  let placed: Placed | NotPlaced;
  try {
    placed = await place(deps, scheduler, question);
  } catch (error) {
    const holder = problemOf(error)?.status === 503 ? await atHolder() : undefined;
    if (holder === undefined) throw error;
    return holder;
  }
  return (placed.isUnsure === true ? await atHolder() : undefined) ?? placed;
}

/** Nobody knows for the moment what is elsewhere in the cluster: 503. */
export function schedulerAway(): Error {
  return problem(503, 'The scheduler is away at the moment.', {
    title: 'No scheduler',
    headers: retryAfter(EDGE_RETRY_SECONDS),
  });
}

async function askEdgeOf(
  deps: EdgeAsking,
  node: string,
  question: Question<Publish> | Question<View>,
): Promise<Opened | Refused> {
  const path = question.type === 'publish' ? '/push-edge' : '/pull-edge';
  try {
    return await deps.actors.ask<Opened | Refused>(addressOf(node, path), question, EDGE_TIMEOUT_MS);
  } catch (error) {
    if (isNamed(error, 'NotReachable')) {
      const headers = retryAfter(EDGE_RETRY_SECONDS);
      throw problem(503, `This node has no ${path.slice(1)} now.`, { title: 'No edge', headers });
    }
    throw isNamed(error, 'AskTimeout') ? noAnswer('The edge') : error;
  }
}

/** What the scheduler knows of the cluster; undefined where there is none, or while the scheduler is away. */
export async function askCluster(deps: GatewayDeps): Promise<ClusterReport | undefined> {
  if (deps.scheduler === undefined) return undefined;
  const question: Question<ReportCluster> = { type: 'report-cluster' };
  return deps.actors
    .ask<ClusterReport | NoScheduler>(deps.scheduler, question, REPORT_TIMEOUT_MS)
    .then(answer => (answer.type === 'no-scheduler' ? undefined : answer))
    .catch((error: unknown) => {
      if (isNamed(error, 'AskTimeout') || isNamed(error, 'NotReachable')) return undefined;
      throw error;
    });
}

/** Asks a session. Throws what it refuses as a problem, 404 when it is gone, 504 when it does not answer. */
export async function askSession<A extends Message>(
  deps: Pick<GatewayDeps, 'actors'>,
  session: Pick<SessionRef, 'id' | 'address'>,
  question: Message,
): Promise<A> {
  const answer = await deps.actors
    .ask<A | Refused>(session.address, question, SESSION_TIMEOUT_MS)
    .catch((error: unknown) => {
      if (isNamed(error, 'NotReachable')) throw noSuchSession(session.id);
      throw isNamed(error, 'AskTimeout') ? noAnswer('The session') : error;
    });
  if (isRefused(answer)) throw refusal(answer);
  return answer;
}

/** Asks a session for its report. Throws problem 404 when it has ended. */
export async function describeLiving(deps: GatewayDeps, session: SessionRef): Promise<Described['session']> {
  const question: Question<Describe> = { type: 'describe' };
  return (await askSession<Described>(deps, session, question)).session;
}

/** The same; but one that has ended has left its last words with its shard. */
export async function describe(deps: GatewayDeps, session: SessionRef): Promise<Described['session']> {
  try {
    return await describeLiving(deps, session);
  } catch (error) {
    if (problemOf(error)?.status !== 404) throw error;
    return describeEnded(deps, session);
  }
}

async function describeEnded(
  deps: GatewayDeps,
  { id, shard, address }: SessionRef,
): Promise<Described['session']> {
  const question: Question<DescribeEnded> = { type: 'describe-ended', session: id };
  const ended = endedAddress({ node: address.node, shard });
  const answer = await deps.actors
    .ask<Described | Refused>(ended, question, SESSION_TIMEOUT_MS)
    .catch((error: unknown) => {
      if (isNamed(error, 'NotReachable')) throw noSuchSession(id);
      throw isNamed(error, 'AskTimeout') ? noAnswer('The shard') : error;
    });
  if (isRefused(answer)) throw noSuchSession(id);
  return answer.session;
}

/** What each shard says of itself, in their order; undefined for one that did not answer within a second. */
export async function askShards(
  deps: GatewayDeps,
  node = deps.node,
  shards = deps.shards,
): Promise<readonly (ShardReport | undefined)[]> {
  const question: Question<ReportShard> = { type: 'report' };
  const reports = Array.from({ length: shards }, (_, shard) =>
    deps.actors
      .ask<ShardReport>(addressOf(node, `/shards/shard-${shard}`), question, REPORT_TIMEOUT_MS)
      .catch((error: unknown) => {
        if (isNamed(error, 'AskTimeout') || isNamed(error, 'NotReachable')) return undefined;
        throw error;
      }),
  );
  return Promise.all(reports);
}

/** How busy each shard of a node is, of those that run; none when the node does not tell within a second. */
export async function askLoads(deps: GatewayDeps, node = deps.node): Promise<readonly LoadedShard[]> {
  const question: Question<ReportLoads> = { type: 'report-loads' };
  return deps.actors
    .ask<ShardLoads>(addressOf(node, '/shards'), question, REPORT_TIMEOUT_MS)
    .then(({ shards }) => shards)
    .catch((error: unknown) => {
      if (isNamed(error, 'AskTimeout') || isNamed(error, 'NotReachable')) return [];
      throw error;
    });
}

export function noSuchSession(id: string): Error {
  return problem(404, `There is no session ${id}, or not any more.`, { title: 'No such session' });
}

function noAnswer(who: string): Error {
  return problem(504, `${who} did not answer in time.`, { title: 'No answer' });
}

function isRefused(message: Message): message is Refused {
  return message.type === 'refused';
}

function isNamed(error: unknown, name: string): boolean {
  return error instanceof Error && error.name === name;
}
