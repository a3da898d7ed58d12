/**
 * `/membership`, on every node: tells the scheduler all about the node, again and again, and has links made with the
 * peers that the scheduler names. Without the scheduler the node goes on as it is, and this keeps trying.
 */
import type { Draining } from '../node/drain-messages.ts';
import type { ShardLoaded, ShardsReady } from '../node/messages.ts';
import type { Refused, ShardReport } from '../protocol.ts';
import { type Address, addressOf } from '../runtime/address.ts';
import type { Behaviour, Message, Self, Step } from '../runtime/behaviour.ts';
import { ask, type Effect, perform, tell, timer, watch } from '../runtime/effects.ts';
import { shardPath } from '../sessions/facts.ts';
import { fullnessOf } from './fullness.ts';
import { LocalFacts } from './local-facts.ts';
import type {
  ConnectPeer,
  FactsTold,
  HasStream,
  LinkUp,
  ListPeers,
  LocalStream,
  NodeFacts,
  NodeLoad,
  NodeReplaced,
  Peer,
  Peers,
  PeersKnown,
  Register,
  Registered,
  SchedulerIs,
  StreamChanged,
  StreamHere,
  StreamSuperseded,
  WhereIsScheduler,
} from './messages.ts';

/** How often the node announces itself: a scheduler that was restarted knows all again after one such time. */
export const REGISTER_INTERVAL_MS = 1000;
/** A shard that is well answers in milliseconds; one that does not must not keep the node from being heard. */
const SHARD_TIMEOUT_MS = 500;
/** What changes within this time is announced together. */
const REGISTER_SOON_MS = 50;
/** The scheduler counts as away when it has not answered three registrations. */
const SCHEDULER_SILENCE_MS = 3000;

export interface MembershipArgs {
  readonly scheduler: Address;
  readonly self: NodeFacts;
  /** What the node's lines take; undefined when nobody has said. */
  readonly mostBitsPerSecond?: number;
  /** Core shards that are asked for their load. */
  readonly shards: number;
}

interface MembershipState extends MembershipArgs {
  readonly facts: LocalFacts;
  /** The question that the shards are answering, if they are. */
  readonly poll: Poll | undefined;
  readonly isRegisterDue: boolean;
  readonly isDraining: boolean;
  readonly peersVersion: string | undefined;
  /** Those whom the scheduler has told of, by node; links have been asked for with those that have an endpoint. */
  readonly peers: ReadonlyMap<string, Peer>;
  /** When the scheduler answered last: anything but a refusal. */
  readonly answeredAtMs: number;
  readonly standing: Standing;
}

/** What the log was told last of how the node stands with its scheduler: each change is one line. */
type Standing = 'starting' | 'registered' | 'unsteady' | 'refused' | 'away';

interface Poll {
  readonly askedAtMs: number;
  readonly open: readonly number[];
  /** One has not answered in time. */
  readonly isMissing: boolean;
}

type Tick = { readonly type: 'poll' } | { readonly type: 'register-now' };
const pollNow: Tick = { type: 'poll' };
const registerNow: Tick = { type: 'register-now' };

type MembershipMessage =
  | Registered
  | Refused
  | Peers
  | NodeReplaced
  | StreamSuperseded
  | FactsTold
  | LocalStream
  | LinkUp
  | ShardsReady
  | ShardLoaded
  | Draining
  | WhereIsScheduler
  | ListPeers
  | HasStream
  | Tick;

export const membership: Behaviour<MembershipArgs, MembershipState, MembershipMessage> = {
  name: 'membership',
  restart: 'always',
  start: (args, self) =>
    poll(
      {
        ...args,
        facts: new LocalFacts(),
        poll: undefined,
        isRegisterDue: false,
        isDraining: false,
        peersVersion: undefined,
        peers: new Map(),
        answeredAtMs: self.nowMs,
        standing: 'starting',
      },
      self,
    ),
  receive(state, message, self) {
    switch (message.type) {
      case 'poll': {
        const [noticed, ...said] = noticeSilence(state, self);
        const [polled, ...asked] = poll(noticed, self);
        return [polled, ...said, ...asked];
      }
      case 'answer':
        return shardAnswered(state, message.key, message.message, self);
      case 'no-answer':
        return shardAnswered(state, message.key, undefined, self);
      case 'register-now':
        return [{ ...state, isRegisterDue: false }, ...registerUnlessAsking(state, self)];
      case 'registered':
        return registered(state, message, self);
      case 'refused':
        return stand({ ...state, answeredAtMs: self.nowMs }, 'refused', message.detail);
      case 'replaced':
        return stand(
          state,
          'refused',
          `a newer process (${message.incarnation}) has registered as ${message.node}`,
        );
      case 'superseded':
        return [state, ...passOn(state, message, self)];
      case 'peers':
        return peersChanged(state, message);
      case 'facts':
        state.facts.told(self.nowMs, message);
        return registerSoon(state, watch(message.source));
      case 'local-stream':
        state.facts.changed(self.nowMs, message);
        return [state, tell(state.scheduler, streamChanged(state, message))];
      case 'link-up':
        return message.node === state.scheduler.node
          ? [state, ...registerUnlessAsking(state, self)]
          : [state];
      case 'shards-ready':
        state.facts.running(message.shards.map(({ shard }) => shard));
        return poll({ ...state, shards: Math.max(state.shards, message.shards.length) }, self);
      case 'shard-loaded':
        state.facts.used(message.shard, message.load.utilisation);
        return [state];
      case 'draining':
        return registerSoon({ ...state, isDraining: message.isDraining });
      case 'where-is-scheduler':
        return [state, tell(message.replyTo, schedulerIs(state))];
      case 'list-peers':
        return [state, tell(message.replyTo, peersKnown(state))];
      case 'has-stream':
        return [state, tell(message.replyTo, streamHere(state, message))];
      case 'down':
        return down(state, message.address);
      default:
        message satisfies never;
        return [state];
    }
  },
};

/** To the shards: on one of them is the publisher that is meant. */
function passOn(
  { shards }: MembershipState,
  message: StreamSuperseded,
  { address }: Self,
): readonly Effect[] {
  return Array.from({ length: shards }, (_, shard) =>
    tell(addressOf(address.node, `${shardPath(shard)}/streams`), message),
  );
}

/** Asks the shards how they are; when the last has answered, or has not in time, the node registers. */
function poll(state: MembershipState, self: Self): Step<MembershipState> {
  const again = timer('poll', REGISTER_INTERVAL_MS, pollNow);
  if (state.shards === 0) return [state, register(state, self), again];
  const open = Array.from({ length: state.shards }, (_, shard) => shard);
  const questions = open.map(shard =>
    ask(
      addressOf(self.address.node, shardPath(shard)),
      { type: 'report' },
      keyOf(shard, self.nowMs),
      SHARD_TIMEOUT_MS,
    ),
  );
  return [{ ...state, poll: { askedAtMs: self.nowMs, open, isMissing: false } }, ...questions, again];
}

function shardAnswered(
  state: MembershipState,
  key: string,
  answer: Message | undefined,
  self: Self,
): Step<MembershipState> {
  if (answer?.type === 'shard-report') state.facts.reported(self.nowMs, answer as ShardReport);
  if (state.poll === undefined) return [state];
  const { askedAtMs } = state.poll;
  const open = state.poll.open.filter(shard => keyOf(shard, askedAtMs) !== key);
  // An answer to an earlier question.
  if (open.length === state.poll.open.length) return [state];
  const isMissing = state.poll.isMissing || answer === undefined;
  if (open.length > 0) return [{ ...state, poll: { askedAtMs, open, isMissing } }];
  state.facts.polled(self.nowMs, isMissing ? undefined : askedAtMs);
  return [{ ...state, poll: undefined }, register(state, self)];
}

function keyOf(shard: number, askedAtMs: number): string {
  return `shard-${shard} at ${askedAtMs}`;
}

function mostBits({ mostBitsPerSecond }: MembershipArgs): Pick<NodeLoad, 'mostBitsPerSecond'> {
  return mostBitsPerSecond === undefined ? {} : { mostBitsPerSecond };
}

/** While the shards are being asked, what is known may be nothing; the node registers when they have answered. */
function registerUnlessAsking(state: MembershipState, self: Self): readonly Effect[] {
  return state.poll === undefined ? [register(state, self)] : [];
}

function register(state: MembershipState, self: Self): Effect {
  const { facts, peersVersion } = state;
  const message: Register = {
    type: 'register',
    ...state.self,
    load: { ...facts.load, ...mostBits(state) },
    streams: facts.streams,
    measured: facts.measured,
    ...(state.isDraining && { draining: true }),
    address: self.address,
    ...(peersVersion !== undefined && { peersVersion }),
    // Not an `ask`: an answer that comes late is as good.
    replyTo: self.address,
  };
  return tell(state.scheduler, message);
}

function registerSoon(state: MembershipState, ...effects: readonly Effect[]): Step<MembershipState> {
  if (state.isRegisterDue) return [state, ...effects];
  return [{ ...state, isRegisterDue: true }, ...effects, timer('register', REGISTER_SOON_MS, registerNow)];
}

function registered(state: MembershipState, message: Registered, self: Self): Step<MembershipState> {
  const { peersVersion, peers, unsteady } = message;
  const [stood, ...said] = stand(state, unsteady ? 'unsteady' : 'registered', unsteady && flaps(unsteady));
  const [linked, ...links] = peers === undefined ? [stood] : connect(stood, new Map(), peers);
  return [
    { ...linked, peersVersion, answeredAtMs: self.nowMs },
    ...said,
    // To hear at once when it is started again, or the link to it breaks.
    watch(state.scheduler),
    ...links,
  ];
}

function flaps({ times, withinMs }: NonNullable<Registered['unsteady']>): string {
  return `the link to it broke ${times} times or more within ${withinMs / 1000} s`;
}

function peersChanged(state: MembershipState, message: Peers): Step<MembershipState> {
  // Of a list that this node does not have: it gets the whole with the next registration.
  if (message.since !== state.peersVersion) return [state];
  const kept = new Map(state.peers);
  for (const node of message.left) kept.delete(node);
  return connect({ ...state, peers: kept, peersVersion: message.peersVersion }, kept, message.peers);
}

/** Asks for links with those of `peers` that are new, and keeps these beside `kept`. */
function connect(
  state: MembershipState,
  kept: ReadonlyMap<string, Peer>,
  peers: readonly Peer[],
): Step<MembershipState> {
  const next = new Map(kept);
  const effects: Effect[] = [];
  for (const peer of peers) {
    const { node, links } = peer;
    if (node === state.self.node) continue;
    next.set(node, peer);
    if (links === undefined || state.peers.get(node)?.links === links) continue;
    const command: ConnectPeer = { do: 'connect', endpoint: links, node };
    effects.push(perform('links', command));
  }
  return [{ ...state, peers: next }, ...effects];
}

function streamChanged({ self }: MembershipState, { stream, epoch, live }: LocalStream): StreamChanged {
  const { node, incarnation } = self;
  return { type: 'stream-changed', node, incarnation, stream, epoch, live };
}

/** This node is one of them. */
function peersKnown({ self, peers }: MembershipState): PeersKnown {
  const { node, idc, roles } = self;
  return { type: 'peers-known', peers: [{ node, idc, roles }, ...peers.values()] };
}

function streamHere(state: MembershipState, { stream }: HasStream): StreamHere {
  const { facts, isDraining } = state;
  const isLive = facts.streams.some(one => one.stream === stream);
  const load = { ...facts.load, ...mostBits(state) };
  return { type: 'stream-here', isLive, fullness: isDraining ? 1 : Math.min(1, fullnessOf(load, 0)) };
}

function schedulerIs({ scheduler, standing }: MembershipState): SchedulerIs {
  const reachable = standing === 'registered' || standing === 'unsteady';
  return { type: 'scheduler-is', address: scheduler, reachable };
}

/** Of the scheduler, or of somebody who has told facts. */
function down(state: MembershipState, address: Address): Step<MembershipState> {
  const isScheduler = address.node === state.scheduler.node && address.path === state.scheduler.path;
  // Started again it knows nobody; if it is out of reach, the next second's registration finds it.
  if (!isScheduler) state.facts.forget(address);
  return registerSoon(state);
}

function noticeSilence(state: MembershipState, self: Self): Step<MembershipState> {
  if (self.nowMs - state.answeredAtMs < SCHEDULER_SILENCE_MS) return [state];
  const reason = `no answer for ${SCHEDULER_SILENCE_MS / 1000} s; this node goes on as it is and keeps trying`;
  return stand(state, 'away', reason);
}

function stand(state: MembershipState, standing: Standing, reason?: string): Step<MembershipState> {
  if (standing === state.standing) return [state];
  const { node, path } = state.scheduler;
  const entry = {
    level: levelOf[standing],
    message: `${inWords[standing]}${reason === undefined ? '' : `: ${reason}`}`,
    scheduler: `${node}${path}`,
  };
  return [{ ...state, standing }, perform('log', entry)];
}

const inWords: Readonly<Record<Standing, string>> = {
  starting: 'looking for the scheduler',
  registered: 'registered with the scheduler',
  unsteady: 'registered with the scheduler, which places sessions elsewhere while it can',
  refused: 'the scheduler does not take this node',
  away: 'the scheduler is away',
};

const levelOf: Readonly<Record<Standing, 'info' | 'warn' | 'error'>> = {
  starting: 'info',
  registered: 'info',
  unsteady: 'warn',
  refused: 'error',
  away: 'warn',
};
