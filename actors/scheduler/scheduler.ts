/**
 * `/scheduler`: knows the nodes, their load and their streams, and answers which edge a client is to use and from whom a
 * node fetches a stream. It holds nothing that the nodes do not tell it again within a second, so it may be restarted
 * at any time; media never waits for it.
 */
import type { Refused } from '../protocol.ts';
import { type Address, formatAddress } from '../runtime/address.ts';
import type { Behaviour, Down, Message, Self } from '../runtime/behaviour.ts';
import { type Effect, perform, tell, timer, unwatch, watch } from '../runtime/effects.ts';
import { refused } from '../sessions/connection.ts';
import { isBelieved } from './believed-epoch.ts';
import { isAddress, whatIsWrong } from './check.ts';
import { reportCluster } from './cluster-report.ts';
import type {
  FindParent,
  Locate,
  Located,
  NodeReplaced,
  NoParent,
  NotPlaced,
  Parent,
  Peers,
  Place,
  Placed,
  Register,
  Registered,
  RegistrationRefused,
  SchedulerMessage,
  SharingEnded,
  Starting,
  StreamChanged,
  StreamSuperseded,
} from './messages.ts';
import { findParent } from './parents.ts';
import { isLocated, spotOf } from './path-cost.ts';
import { PeerList } from './peer-list.ts';
import type { Wish } from './placement.ts';
import { isOwn, type NodeEntry, peerOf, Registry, type RegistryChange } from './registry.ts';
import type { Heard, Sharing, TellAll } from './shared-messages.ts';
import { hear, leftWord, nodeWord, type SharedBy, share } from './sharing.ts';
import { UNSTEADY_LEAVES, UNSTEADY_WINDOW_MS } from './steadiness.ts';

/** Who comes within this time is told of together: when a cluster starts, all come at once. */
const ANNOUNCE_AFTER_MS = 100;
/** Nodes register every second, so after this long one that was missing may be there. */
const RETRY_SECONDS = 1;
/** Rooms become free as people leave, which takes longer. */
const FULL_RETRY_SECONDS = 5;

/**
 * One that shares a registry answers nothing before it has read that; if it cannot be read, nodes have dialled and
 * announced themselves within this time (REDIAL_MAX_MS, and the time that it takes).
 */
const START_PATIENCE_MS = 3000;

/** `/registry`, if the scheduler is one of several that share one; null if it is not. */
export type SchedulerArgs = Address | null;

/** By then every node that is there has announced itself. */
const SETTLING_MS = 3000;

interface SchedulerState {
  /** `/registry`, where there is one. */
  readonly shared: SharedBy;
  isSharing: boolean;
  /** It does not know yet who is there. */
  isStarting: boolean;
  readonly startedAtMs: number;
  readonly registry: Registry;
  readonly peers: PeerList;
  readonly counters: Counters;
  isAnnouncing: boolean;
  isWaiting: boolean;
}

/** Counts since the start, as the cluster's report tells them. */
type Counters = ReturnType<typeof newCounters>;

const newCounters = () => ({
  registrations: 0,
  registrationsRefused: 0,
  joins: 0,
  leaves: 0,
  replacements: 0,
  unsteadyJoins: 0,
  messagesWrong: 0,
  streamChangesOfNobody: 0,
  publicationsFenced: 0,
  placements: 0,
  placementsRefused: 0,
  parentsNamed: 0,
  parentsMissing: 0,
  registryWords: 0,
  registryWordsWrong: 0,
  registryAway: 0,
});

/** To itself, by timers. */
type Tick = { readonly type: 'silence' } | { readonly type: 'announce' } | { readonly type: 'started' };
const tellAll: TellAll = { type: 'tell-all' };
const starting: Starting = { type: 'starting' };
const silence: Tick = { type: 'silence' };
const announceSoon: Tick = { type: 'announce' };

const started: Tick = { type: 'started' };

export const scheduler: Behaviour<SharedBy, SchedulerState, SchedulerMessage | Heard | Sharing | Tick> = {
  name: 'scheduler',
  restart: 'always',
  start: (shared, self) => [
    {
      shared,
      isSharing: false,
      isStarting: shared !== null,
      startedAtMs: self.nowMs,
      registry: new Registry(),
      peers: new PeerList(`${self.address.node} ${self.address.incarnation}`),
      counters: newCounters(),
      isAnnouncing: false,
      isWaiting: false,
    },
    ...(shared === null ? [] : [tell(shared, tellAll), timer('started', START_PATIENCE_MS, started)]),
  ],
  receive(state, message, self) {
    state.registry.advance(self.nowMs);
    const effects = handle(state, message, self);
    return [state, ...drain(state, self), ...effects, ...wait(state, self.nowMs)];
  },
};

function handle(
  state: SchedulerState,
  message: SchedulerMessage | Heard | Sharing | Tick | Down | Message,
  self: Self,
): Effect[] {
  switch (message.type) {
    case 'silence':
      state.isWaiting = false;
      return [];
    case 'announce':
      return announce(state);
    case 'started':
      state.isStarting = false;
      return [];
    case 'heard':
      heard(state, message as Heard, self);
      return [];
    case 'sharing':
      return shares(state, (message as Sharing).isSharing, self);
    case 'down': {
      const { address, reason } = message as Down;
      state.registry.down(self.nowMs, address, reason);
      return [];
    }
    case 'answer':
    case 'no-answer':
      return [];
    default:
      return answer(state, message as SchedulerMessage, self);
  }
}

function answer(state: SchedulerState, message: SchedulerMessage, self: Self): Effect[] {
  const wrong = whatIsWrong(message);
  if (wrong !== undefined) return refuseWrong(state, message, wrong);
  switch (message.type) {
    case 'register':
      return register(state, message, self);
    case 'stream-changed':
      return streamChanged(state, message, self);
    default:
      return state.isStarting ? [tell(message.replyTo, starting)] : answerQuestion(state, message, self);
  }
}

function answerQuestion(
  state: SchedulerState,
  message: Exclude<SchedulerMessage, Register | StreamChanged>,
  self: Self,
): Effect[] {
  switch (message.type) {
    case 'place':
      return [tell(message.replyTo, place(state, message, self))];
    case 'find-parent':
      return [tell(message.replyTo, parent(state, message, self.nowMs))];
    case 'locate':
      return [tell(message.replyTo, located(state, message))];
    case 'report-cluster':
      return [tell(message.replyTo, reportCluster(self.nowMs, state.registry, state.counters))];
    default:
      message satisfies never;
      return [];
  }
}

function refuseWrong({ counters }: SchedulerState, message: Message, wrong: string): Effect[] {
  counters.messagesWrong += 1;
  const { replyTo } = message as { readonly replyTo?: unknown };
  return isAddress(replyTo) ? [tell(replyTo as Address, refused(400, 'Not understood', `${wrong}.`))] : [];
}

function register(state: SchedulerState, message: Register, self: Self): Effect[] {
  const { registry, counters, peers } = state;
  const outcome = registry.register(self.nowMs, self.wallMs, message);
  if (outcome.kind !== 'registered') {
    counters.registrationsRefused += 1;
    const no: RegistrationRefused = { ...notRegistered(message, outcome), scheduler: self.address };
    return [tell(message.replyTo, no)];
  }
  counters.registrations += 1;
  // Who has just come is in the list that it gets.
  const effects = drain(state, self);
  const registered: Registered = {
    type: 'registered',
    scheduler: self.address,
    ...(state.isSharing && { isSharing: true }),
    peersVersion: peers.version,
    ...(message.peersVersion !== peers.version && { peers: peers.all }),
    ...(outcome.entry.unsteady && {
      unsteady: { times: UNSTEADY_LEAVES, withinMs: UNSTEADY_WINDOW_MS },
    }),
  };
  return [
    ...effects,
    // Watching what is watched already changes nothing.
    watch(outcome.entry.address),
    tell(message.replyTo, registered),
    ...share(state.shared, nodeWord(self.address.node, message, outcome.entry)),
  ];
}

function notRegistered(
  { node }: Register,
  outcome: { readonly kind: 'older'; readonly than: NodeEntry } | { readonly kind: 'too many nodes' },
): Refused {
  if (outcome.kind === 'too many nodes') {
    return refused(503, 'Too many nodes', 'This scheduler takes no more nodes.', RETRY_SECONDS);
  }
  const detail = `A newer process (${outcome.than.incarnation}) is registered as ${node}: give each its own node.name.`;
  return refused(409, 'Name taken', detail, RETRY_SECONDS);
}

function streamChanged(state: SchedulerState, message: StreamChanged, self: Self): Effect[] {
  const { node, incarnation, stream, epoch, live } = message;
  if (!state.registry.streamChanged(node, incarnation, stream, epoch, live)) {
    state.counters.streamChangesOfNobody += 1;
    return [];
  }
  return share(state.shared, { kind: 'stream', from: self.address.node, change: message });
}

/** What other schedulers were told. */
function heard({ registry, counters }: SchedulerState, message: Heard, { nowMs, wallMs }: Self): void {
  const { words, wrong, newestEpoch } = message;
  counters.registryWords += words.length;
  counters.registryWordsWrong += wrong;
  hear(nowMs, registry, words);
  if (newestEpoch !== undefined && isBelieved(newestEpoch, wallMs)) registry.epochTold(newestEpoch);
}

/** Without the others it knows of nobody but of those that speak to it: it asks all to do so while it knows them. */
function shares(state: SchedulerState, isSharing: boolean, { address }: Self): Effect[] {
  const wasSharing = state.isSharing;
  state.isSharing = isSharing;
  if (isSharing) state.isStarting = false;
  if (isSharing || !wasSharing) return [];
  state.counters.registryAway += 1;
  const message: SharingEnded = { type: 'sharing-ended', scheduler: address };
  return [...state.registry.nodes].map(entry => tell(entry.address, message));
}

/** It may not have heard yet of a node or a stream that is there. */
function isSettling({ startedAtMs }: SchedulerState, nowMs: number): boolean {
  return nowMs - startedAtMs < SETTLING_MS;
}

function place(state: SchedulerState, message: Place, { random, nowMs, wallMs }: Self): Placed | NotPlaced {
  const { registry, counters } = state;
  const { role, stream, idc, client, exclude } = message;
  const publishedOn = role === 'pull' ? registry.streams.origin(stream)?.node : undefined;
  const source = publishedOn === undefined ? undefined : registry.node(publishedOn);
  // What databases or the operator know of it counts before what it says itself.
  const spot = client === undefined ? spotOf(idc) : spotOf(undefined, client);
  const isKnown = isLocated(spot);
  const wish: Wish = {
    role,
    // A client that somebody knows the place of may be anywhere; any other is taken to be where it has asked.
    client: spot,
    measured: isKnown ? undefined : message.measured,
    source: source && spotOf(source.idc, source.location),
    exclude,
  };
  const chosen = registry.placement.place(wish, () => random.unit());
  if (chosen === undefined) {
    counters.placementsRefused += 1;
    if (registry.placement.has(role)) {
      const words = `Every node with the role ${role} is full or has refused.`;
      const isUnsure = isSettling(state, nowMs);
      return { ...refused(503, 'No room', words, FULL_RETRY_SECONDS), ...(isUnsure && { isUnsure }) };
    }
    const words = `No node with the role ${role} is there at the moment.`;
    return { ...refused(503, 'No edge', words, RETRY_SECONDS), isUnsure: true };
  }
  counters.placements += 1;
  const { idc: site } = registry.node(chosen)!;
  const otherGateway = gatewayInstead(registry, message.gateway);
  const { newestEpoch } = registry.streams;
  const measure = isKnown ? [] : registry.landmarks.choose(message.measured ?? []);
  const isUnsure = isSettling(state, nowMs) && role === 'pull' && source === undefined;
  const isEpochTold = role === 'push' && isBelieved(newestEpoch, wallMs);
  return {
    type: 'placed',
    node: chosen,
    idc: site,
    ...(isUnsure && { isUnsure }),
    ...(measure.length > 0 && { measure }),
    ...(isEpochTold && { afterEpoch: newestEpoch }),
    ...(otherGateway !== undefined && { otherGateway }),
  };
}

/** For a gateway that is being drained, where another one is: of its own site, if there is one. */
function gatewayInstead(registry: Registry, asking: string | undefined): string | undefined {
  const own = asking === undefined ? undefined : registry.node(asking);
  if (own?.isDraining !== true) return undefined;
  const others = [...registry.nodes].filter(
    ({ roles, http, isDraining }) => roles.includes('gateway') && http !== undefined && !isDraining,
  );
  return (others.find(({ idc }) => idc === own.idc) ?? others[0])?.http;
}

function parent(state: SchedulerState, message: FindParent, nowMs: number): Parent | NoParent {
  const { registry, counters } = state;
  const { stream, node, path, current, avoid, quiet } = message;
  const view = registry.view(stream);
  const found = findParent(view, node, { path, current, avoid, quiet });
  if (!found.found) {
    counters.parentsMissing += 1;
    const isUnsure = isSettling(state, nowMs);
    return { type: 'no-parent', reason: found.reason, ...(isUnsure && { isUnsure }) };
  }
  counters.parentsNamed += 1;
  registry.noteParent(nowMs, stream, node, found.node);
  const { idc, relay } = registry.node(found.node)!;
  const { epoch } = registry.streams.origin(stream)!;
  return { type: 'parent', node: found.node, idc, relay: relay!, epoch, route: found.route };
}

function located({ registry }: SchedulerState, { stream }: Locate): Located {
  const origin = registry.streams.origin(stream);
  return origin === undefined
    ? { type: 'located', stream, live: false }
    : { type: 'located', stream, live: true, origin: origin.node, epoch: origin.epoch };
}

/** What has become of the registry since the last time: told to the log, and to those whom it concerns. */
function drain(state: SchedulerState, self: Self): Effect[] {
  const effects: Effect[] = [];
  for (let change = state.registry.poll(); change !== undefined; change = state.registry.poll()) {
    effects.push(...consequences(state, change, self));
  }
  return effects;
}

function consequences(state: SchedulerState, change: RegistryChange, self: Self): Effect[] {
  const { peers, counters } = state;
  switch (change.kind) {
    case 'node-joined': {
      const { entry } = change;
      counters.joins += 1;
      if (entry.unsteady) counters.unsteadyJoins += 1;
      peers.set(peerOf(entry));
      return [logJoined(entry), ...announceLater(state)];
    }
    case 'node-changed': {
      peers.set(peerOf(change.entry));
      const isSameActor = formatAddress(change.entry.address) === formatAddress(change.before.address);
      const moved = isSameActor ? [] : [unwatch(change.before.address)];
      return [...moved, ...announceLater(state)];
    }
    case 'node-left': {
      const { entry, reason } = change;
      counters.leaves += 1;
      peers.remove(entry.node);
      return [
        unwatch(entry.address),
        logLeft(entry, reason),
        ...(isOwn(entry) ? share(state.shared, leftWord(self.address.node, entry, reason)) : []),
        ...(reason === 'replaced' ? tellReplaced(state, entry) : []),
        ...announceLater(state),
      ];
    }
    case 'stream-live':
    case 'stream-gone':
      return [logStream(change)];
    case 'stream-superseded':
      return fence(state, change);
    default:
      change satisfies never;
      return [];
  }
}

/** Of two nodes that publish a stream, the one that began earlier is told that it is over. */
function fence(
  { counters, registry }: SchedulerState,
  { stream, loser, node, epoch }: Extract<RegistryChange, { readonly kind: 'stream-superseded' }>,
): Effect[] {
  const older = registry.node(loser);
  if (older === undefined) return [];
  counters.publicationsFenced += 1;
  const message: StreamSuperseded = { type: 'superseded', stream, node, epoch };
  return [tell(older.address, message)];
}

function tellReplaced({ counters, registry }: SchedulerState, { node, address }: NodeEntry): Effect[] {
  counters.replacements += 1;
  const incarnation = registry.node(node)?.incarnation ?? 0;
  const message: NodeReplaced = { type: 'replaced', node, incarnation };
  return [tell(address, message)];
}

function announceLater(state: SchedulerState): Effect[] {
  if (state.isAnnouncing) return [];
  state.isAnnouncing = true;
  return [timer('announce', ANNOUNCE_AFTER_MS, announceSoon)];
}

function announce(state: SchedulerState): Effect[] {
  state.isAnnouncing = false;
  const changes = state.peers.takeChanges();
  if (changes === undefined) return [];
  const message: Peers = { type: 'peers', ...changes };
  // The others hear it from the scheduler that they speak to.
  return [...state.registry.nodes].flatMap(entry => (isOwn(entry) ? [tell(entry.address, message)] : []));
}

/** One timer, for the node that has been silent longest; when it fires too early it is set again. */
function wait(state: SchedulerState, nowMs: number): Effect[] {
  const deadline = state.registry.deadline();
  if (state.isWaiting || deadline === undefined) return [];
  state.isWaiting = true;
  return [timer('silence', Math.max(0, deadline.atMs - nowMs), silence)];
}

function logJoined({ node, idc, roles, unsteady }: NodeEntry): Effect {
  return perform('log', {
    level: unsteady ? 'warn' : 'info',
    message: unsteady
      ? `node ${node} comes and goes: sessions are placed elsewhere while that is possible`
      : `node ${node} is there`,
    event: 'node-joined',
    node,
    idc,
    roles,
  });
}

function logLeft({ node, idc }: NodeEntry, reason: string): Effect {
  return perform('log', {
    level: reason === 'stopped' ? 'info' : 'warn',
    message: `node ${node} is gone: ${reason}`,
    event: 'node-left',
    node,
    idc,
    reason,
  });
}

function logStream({
  kind,
  stream,
  node,
  epoch,
}: Extract<RegistryChange, { readonly kind: 'stream-live' | 'stream-gone' }>): Effect {
  const message =
    kind === 'stream-live'
      ? `stream ${stream} is published on ${node}`
      : `stream ${stream} has no publisher any more`;
  return perform('log', { level: 'info', message, event: kind, stream, node, epoch });
}
