/**
 * `/membership`, on every node: tells a scheduler all about the node, again and again, and has links made with the
 * peers that it names; when that one is lost, another one. Without any the node goes on as it is, and this keeps trying.
 */
import type { Draining } from '../node/drain-messages.ts';
import type { ShardLoaded, ShardsReady } from '../node/messages.ts';
import type { ShardReport } from '../protocol.ts';
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
  RegistrationRefused,
  SchedulerIs,
  SharingEnded,
  StreamChanged,
  StreamHere,
  StreamSuperseded,
  WhereIsScheduler,
} from './messages.ts';
import {
  changed,
  current,
  listeners,
  lost,
  type Relation,
  refusedBy,
  registeredWith,
  relationTo,
  SCHEDULER_SILENCE_MS,
  type SchedulerChoice,
  schedulerChoice,
  sharesNothing,
  told,
  withoutSilent,
} from './scheduler-choice.ts';

/** How often the node announces itself: a scheduler that was restarted knows all again after one such time. */
export const REGISTER_INTERVAL_MS = 1000;
/** A shard that is well answers in milliseconds; one that does not must not keep the node from being heard. */
const SHARD_TIMEOUT_MS = 500;
/** What changes within this time is announced together. */
const REGISTER_SOON_MS = 50;

export interface MembershipArgs {
  /** As this node prefers them; one at least. */
  readonly schedulers: readonly Address[];
  /** Who asks the schedulers for this node, and is told which is the one to ask. */
  readonly scheduling?: Address;
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
  readonly choice: SchedulerChoice;
  /** When a scheduler answered last. */
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
  | RegistrationRefused
  | SharingEnded
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
        choice: schedulerChoice(args.schedulers),
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
        return registerUnlessAsking({ ...state, isRegisterDue: false }, self);
      case 'registered':
        return registered(state, message, self);
      case 'refused':
        return refused(state, message, self);
      case 'sharing-ended':
        return registerSoon({ ...state, choice: sharesNothing(state.choice, message.scheduler) });
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
        return [state, ...tellOf(listeners(state.choice), streamChanged(state, message))];
      case 'link-up':
        return linked(state, message.node, self);
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
  if (state.shards === 0) {
    const [registering, ...effects] = register(state, self);
    return [registering, ...effects, again];
  }
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
  return register({ ...state, poll: undefined }, self);
}

function keyOf(shard: number, askedAtMs: number): string {
  return `shard-${shard} at ${askedAtMs}`;
}

function mostBits({ mostBitsPerSecond }: MembershipArgs): Pick<NodeLoad, 'mostBitsPerSecond'> {
  return mostBitsPerSecond === undefined ? {} : { mostBitsPerSecond };
}

/** While the shards are being asked, what is known may be nothing; the node registers when they have answered. */
function registerUnlessAsking(
  state: MembershipState,
  self: Self,
  whom = listeners(state.choice),
): Step<MembershipState> {
  return state.poll === undefined ? register(state, self, whom) : [state];
}

/** A scheduler that is linked anew may be a new process, which knows nobody: it hears of this node once in any case. */
function linked(state: MembershipState, node: string, self: Self): Step<MembershipState> {
  const whom = state.choice.filter(({ address }) => address.node === node);
  return whom.length > 0 ? registerUnlessAsking(state, self, whom) : [state];
}

function register(state: MembershipState, self: Self, whom = listeners(state.choice)): Step<MembershipState> {
  const message = registration(state, self);
  const effects = whom.map(({ address, peersVersion }) =>
    tell(address, { ...message, ...(peersVersion !== undefined && { peersVersion }) } satisfies Register),
  );
  return [{ ...state, choice: told(state.choice, self.nowMs, whom) }, ...effects];
}

function registration(state: MembershipState, self: Self): Register {
  const { facts } = state;
  return {
    type: 'register',
    ...state.self,
    load: { ...facts.load, ...mostBits(state) },
    streams: facts.streams,
    measured: facts.measured,
    ...(state.isDraining && { draining: true }),
    address: self.address,
    // Not an `ask`: an answer that comes late is as good.
    replyTo: self.address,
  };
}

function tellOf(whom: readonly Relation[], message: StreamChanged): readonly Effect[] {
  return whom.map(({ address }) => tell(address, message));
}

function registerSoon(state: MembershipState, ...effects: readonly Effect[]): Step<MembershipState> {
  if (state.isRegisterDue) return [state, ...effects];
  return [{ ...state, isRegisterDue: true }, ...effects, timer('register', REGISTER_SOON_MS, registerNow)];
}

function registered(state: MembershipState, message: Registered, self: Self): Step<MembershipState> {
  const { scheduler, peersVersion, peers, unsteady } = message;
  const relation = relationTo(state.choice, scheduler);
  if (relation === undefined) return [state];
  const [chosen, ...turned] = choose(state, registeredWith(state.choice, message));
  const isCurrent = current(chosen.choice).address === relation.address;
  const [stood, ...said] = isCurrent
    ? stand(chosen, unsteady ? 'unsteady' : 'registered', unsteady && flaps(unsteady))
    : [chosen];
  const next = { ...stood, answeredAtMs: self.nowMs };
  const [connected, ...links] =
    peers === undefined ? [next] : connect(next, relation, peersVersion, new Map(), peers);
  return [
    connected,
    ...turned,
    ...said,
    // To hear at once when it is started again, or the link to it breaks.
    watch(relation.address),
    ...links,
  ];
}

function refused(
  state: MembershipState,
  { scheduler, detail }: RegistrationRefused,
  self: Self,
): Step<MembershipState> {
  const relation = relationTo(state.choice, scheduler);
  if (relation === undefined) return [state];
  const [chosen, ...turned] = choose(state, refusedBy(state.choice, scheduler));
  const next = { ...chosen, answeredAtMs: self.nowMs };
  const isCurrent = current(next.choice).address === relation.address;
  const [stood, ...said] = isCurrent ? stand(next, 'refused', detail) : [next];
  return [stood, ...turned, ...said, watch(relation.address)];
}

/** Another scheduler may be the current one now: whoever asks for this node asks that. */
function choose(state: MembershipState, choice: SchedulerChoice): Step<MembershipState> {
  const next = { ...state, choice };
  const [before, now] = [current(state.choice), current(choice)];
  if (before.address === now.address) return [next];
  const entry = {
    level: 'info',
    message: 'another scheduler is asked from now on',
    scheduler: `${now.address.node}${now.address.path}`,
  };
  const { scheduling } = state;
  return [
    next,
    perform('log', entry),
    ...(scheduling === undefined ? [] : [tell(scheduling, schedulerIs(next))]),
  ];
}

function flaps({ times, withinMs }: NonNullable<Registered['unsteady']>): string {
  return `the link to it broke ${times} times or more within ${withinMs / 1000} s`;
}

function peersChanged(state: MembershipState, message: Peers): Step<MembershipState> {
  const relation = state.choice.find(({ peersVersion }) => peersVersion === message.since);
  // Of a list that this node does not have: it gets the whole with the next registration.
  if (relation === undefined) return [state];
  const kept = new Map(relation.peers);
  for (const node of message.left) kept.delete(node);
  return connect(state, relation, message.peersVersion, kept, message.peers);
}

/** Asks for links with those of `peers` that are new, and keeps these beside `kept` as what that scheduler names. */
function connect(
  state: MembershipState,
  { address }: Relation,
  peersVersion: string,
  kept: ReadonlyMap<string, Peer>,
  peers: readonly Peer[],
): Step<MembershipState> {
  const next = new Map(kept);
  const effects: Effect[] = [];
  for (const peer of peers) {
    const { node, links } = peer;
    if (node === state.self.node) continue;
    next.set(node, peer);
    if (links === undefined || isDialled(state, node, links)) continue;
    const command: ConnectPeer = { do: 'connect', endpoint: links, node };
    effects.push(perform('links', command));
  }
  return [{ ...state, choice: changed(state.choice, address, { peersVersion, peers: next }) }, ...effects];
}

function streamChanged({ self }: MembershipState, { stream, epoch, live }: LocalStream): StreamChanged {
  const { node, incarnation } = self;
  return { type: 'stream-changed', node, incarnation, stream, epoch, live };
}

function isDialled({ choice }: MembershipState, node: string, links: string): boolean {
  return choice.some(({ peers }) => peers.get(node)?.links === links);
}

/** This node is one of them. */
function peersKnown({ self, choice }: MembershipState): PeersKnown {
  const { node, idc, roles } = self;
  const others = new Map(choice.flatMap(({ peers }) => [...peers]));
  return { type: 'peers-known', peers: [{ node, idc, roles }, ...others.values()] };
}

function streamHere(state: MembershipState, { stream }: HasStream): StreamHere {
  const { facts, isDraining } = state;
  const isLive = facts.streams.some(one => one.stream === stream);
  const load = { ...facts.load, ...mostBits(state) };
  return { type: 'stream-here', isLive, fullness: isDraining ? 1 : Math.min(1, fullnessOf(load, 0)) };
}

function schedulerIs({ choice, standing }: MembershipState): SchedulerIs {
  const reachable = standing === 'registered' || standing === 'unsteady';
  return { type: 'scheduler-is', address: current(choice).address, reachable };
}

/** Of a scheduler, or of somebody who has told facts. */
function down(state: MembershipState, address: Address): Step<MembershipState> {
  if (relationTo(state.choice, address) === undefined) {
    state.facts.forget(address);
    return registerSoon(state);
  }
  // Started again it knows nobody; if it is out of reach, the next second's registration, or another one, finds it.
  const [chosen, ...turned] = choose(state, lost(state.choice, address));
  return registerSoon(chosen, ...turned);
}

function noticeSilence(state: MembershipState, self: Self): Step<MembershipState> {
  const [chosen, ...turned] = choose(state, withoutSilent(state.choice, self.nowMs));
  if (self.nowMs - state.answeredAtMs < SCHEDULER_SILENCE_MS) return [chosen, ...turned];
  const reason = `no answer for ${SCHEDULER_SILENCE_MS / 1000} s; this node goes on as it is and keeps trying`;
  const [stood, ...said] = stand(chosen, 'away', reason);
  return [stood, ...turned, ...said];
}

function stand(state: MembershipState, standing: Standing, reason?: string): Step<MembershipState> {
  if (standing === state.standing) return [state];
  const { node, path } = current(state.choice).address;
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
