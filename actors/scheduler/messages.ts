/** What nodes and the gateway say to `/scheduler`, its answers, and what a node's `/membership` hears. Plain data. */
import type { Location } from '../geo/location.ts';
import type { Refused } from '../protocol.ts';
import type { Address } from '../runtime/address.ts';
import type { MeasuredSite } from './measured-ways.ts';

export type Role = 'push' | 'pull' | 'relay' | 'scheduler' | 'gateway';

export const roles: readonly Role[] = ['push', 'pull', 'relay', 'scheduler', 'gateway'];

/** Where a node's relay links reach it, over UDP. */
export interface RelayEndpoint {
  readonly address: string;
  readonly port: number;
}

/** What does not change while the process lives. */
export interface NodeFacts {
  readonly node: string;
  /** Of the process: the higher of two processes of one name is the newer. */
  readonly incarnation: number;
  readonly idc: string;
  /** Where it stands, as far as its configuration says. */
  readonly location?: Location;
  readonly roles: readonly Role[];
  /** Without it no other node can fetch a stream from this one. */
  readonly relay?: RelayEndpoint;
  /** Where clients reach its gateway. */
  readonly http?: string;
  /** The ZeroMQ endpoint that other nodes can dial. */
  readonly links?: string;
}

/** A relay link as one of its ends measures it. */
export interface MeasuredLink {
  /** The node at the other end. */
  readonly node: string;
  readonly rttMs: number;
  /** Of the segments sent lately, the share that had to be sent again, 0 to 1. */
  readonly loss: number;
}

export interface NodeLoad {
  readonly publishers: number;
  readonly viewers: number;
  /** Core shards that take sessions; a node without any takes none. */
  readonly cores: number;
  /** Media packets received and sent. */
  readonly packetsPerSecond?: number;
  /** The share of a processor that a core shard uses, 0 to 1, on average and smoothed over some seconds. */
  readonly utilisation?: number;
  /** Sent, with headers of UDP left out. */
  readonly bitsPerSecond?: number;
  /** What the node's lines take; nothing is said of those that take more than its cores can send. */
  readonly mostBitsPerSecond?: number;
  /** On the node's own clock; grows with each measurement, so that one that is told again is known as such. */
  readonly measuredAtMs: number;
}

/** A stream as one node has it: published there, or fetched from `parent`. */
export interface AnnouncedStream {
  readonly stream: string;
  readonly epoch: number;
  readonly kind: 'origin' | 'carried';
  /** The node that it is fetched from. */
  readonly parent?: string;
  readonly viewers: number;
}

/**
 * The whole truth about a node, each time: when its link to the scheduler is up, every second, and when something has
 * changed. Answered by Registered or Refused.
 */
export interface Register extends NodeFacts {
  readonly type: 'register';
  readonly load: NodeLoad;
  readonly streams: readonly AnnouncedStream[];
  /** Its relay links, as it has measured them in the last second. */
  readonly measured?: readonly MeasuredLink[];
  /** Its clients are being sent to other nodes. */
  readonly draining?: boolean;
  /** Of the node's `membership` actor: watched, and told of peers. */
  readonly address: Address;
  /** The list of peers that it has; another one than the current is answered with the whole. */
  readonly peersVersion?: string;
  readonly replyTo: Address;
}

export interface Peer {
  readonly node: string;
  readonly idc: string;
  readonly roles: readonly Role[];
  readonly links?: string;
}

export interface Registered {
  readonly type: 'registered';
  /** Who answers. */
  readonly scheduler: Address;
  /** It tells the other schedulers: while that is so, the node need not. */
  readonly isSharing?: true;
  readonly peersVersion: string;
  /** Every node there is, this one too; absent when the node has that list already. */
  readonly peers?: readonly Peer[];
  /** The link has come and gone so often that sessions are placed elsewhere while that is possible. */
  readonly unsteady?: { readonly times: number; readonly withinMs: number };
}

/** The scheduler does not take the node. */
export interface RegistrationRefused extends Refused {
  readonly scheduler: Address;
}

/** From a scheduler that shares nothing with others from now on: it wants to hear from the node itself. */
export interface SharingEnded {
  readonly type: 'sharing-ended';
  readonly scheduler: Address;
}

/** From `/scheduling`, in place of any other answer: no scheduler answers. */
export interface NoScheduler {
  readonly type: 'no-scheduler';
}

/** In place of any other answer: it was started just now and does not know yet who is there. */
export interface Starting {
  readonly type: 'starting';
}

/** To every member: who has come or changed and who has gone, since the version `since`. */
export interface Peers {
  readonly type: 'peers';
  readonly since: string;
  readonly peersVersion: string;
  readonly peers: readonly Peer[];
  readonly left: readonly string[];
}

/** To the older of two processes of one name: the scheduler knows it no longer. */
export interface NodeReplaced {
  readonly type: 'replaced';
  readonly node: string;
  /** The newer process's. */
  readonly incarnation: number;
}

/**
 * To a node that says it publishes a stream, which another one publishes too, and later: its publication is over. Told again
 * with each of its registrations that still says so. Its `membership` passes it on to its core shards.
 */
export interface StreamSuperseded {
  readonly type: 'superseded';
  readonly stream: string;
  /** Where it is published now, and as which publication. */
  readonly node: string;
  readonly epoch: number;
}

/** From a registered node, at once, so that a new stream can be found before the next Register. */
export interface StreamChanged {
  readonly type: 'stream-changed';
  readonly node: string;
  readonly incarnation: number;
  readonly stream: string;
  readonly epoch: number;
  readonly live: boolean;
}

/** Which edge shall serve this client? Answered by Placed, or NotPlaced (503) when there is none with room. */
export interface Place {
  readonly type: 'place';
  readonly role: 'push' | 'pull';
  readonly stream: string;
  /** Where it is, if anybody knows. */
  readonly client?: Location;
  /** Round trips that the client has measured to sites: counted only where nobody knows where it is. */
  readonly measured?: readonly MeasuredSite[];
  /** The site of whoever asks for it, which stands for the client's own where that is not known. */
  readonly idc?: string;
  /** The gateway that asks. */
  readonly gateway?: string;
  /** Nodes that have refused this client just now. */
  readonly exclude: readonly string[];
  readonly replyTo: Address;
}

export interface Placed {
  readonly type: 'placed';
  readonly node: string;
  readonly idc: string;
  /** The scheduler has just been started, and has not heard of the stream: an edge may have it all the same. */
  readonly isUnsure?: true;
  /** For a publisher: that of the newest publication of any stream, which its own has to be later than. */
  readonly afterEpoch?: number;
  /** Sites that the client is to measure its way to, since nobody knows where it is. */
  readonly measure?: readonly LandmarkSite[];
  /** The gateway that asks is being drained: another one, which clients that can be sent there are to ask. */
  readonly otherGateway?: string;
}

export interface NotPlaced extends Refused {
  /** The scheduler may not know of all edges, as it has just been started or knows of none: one may have the stream all the same. */
  readonly isUnsure?: true;
}

/** A site, and where clients reach a gateway of it. */
export interface LandmarkSite {
  readonly site: string;
  readonly url: string;
}

/** From whom shall `node` fetch this stream? Answered by Parent or NoParent. */
export interface FindParent {
  readonly type: 'find-parent';
  readonly stream: string;
  /** Who asks. */
  readonly node: string;
  /** The nodes that the request has come by; none of them is named. */
  readonly path: readonly string[];
  /** The parent that it has: it is named again unless another one is clearly better. */
  readonly current?: string;
  /** Named only if there is nobody else: the asker has just lost it. */
  readonly avoid?: readonly string[];
  /**
   * The parent that it has, and hears nothing of: of another site than that, or than its own, nobody is named. If it is the
   * line that is out, which heals by itself, its streams are not to burden other lines.
   */
  readonly quiet?: string;
  readonly replyTo: Address;
}

export interface Parent {
  readonly type: 'parent';
  readonly node: string;
  readonly idc: string;
  readonly relay: RelayEndpoint;
  readonly epoch: number;
  /** From the origin down to the parent, as far as it is known. */
  readonly route: readonly string[];
}

/**
 * `not registered`: the scheduler does not know who asks, perhaps because it has just been started. `is the origin`: the
 * asker itself has it. `no relay`: nobody on the way has an address for relay links. `only through itself`: those who
 * have it get it from the asker, or the request has come by them.
 */
export type NoParentReason =
  | 'not live'
  | 'not registered'
  | 'is the origin'
  | 'no relay'
  | 'only through itself';

export interface NoParent {
  readonly type: 'no-parent';
  readonly reason: NoParentReason;
  /** The scheduler has just been started, and may not have heard of the stream or of a node yet: ask again soon. */
  readonly isUnsure?: true;
}

/** Answered by Located. */
export interface Locate {
  readonly type: 'locate';
  readonly stream: string;
  readonly replyTo: Address;
}

export interface Located {
  readonly type: 'located';
  readonly stream: string;
  readonly live: boolean;
  readonly origin?: string;
  readonly epoch?: number;
}

/** Answered by ClusterReport. */
export interface ReportCluster {
  readonly type: 'report-cluster';
  readonly replyTo: Address;
}

export interface ClusterReport {
  readonly type: 'cluster-report';
  readonly nodes: readonly NodeReport[];
  readonly streams: readonly StreamRoutes[];
  /** Counts since the scheduler's start. */
  readonly counters: Readonly<Record<string, number>>;
}

export interface NodeReport {
  readonly node: string;
  readonly idc: string;
  readonly location?: Location;
  readonly roles: readonly Role[];
  readonly load: NodeLoad;
  readonly relay?: RelayEndpoint;
  readonly draining: boolean;
  /** When it joined, ISO 8601. */
  readonly registeredAt: string;
  /** Since its last word. */
  readonly silentMs: number;
}

export interface StreamRoutes {
  readonly stream: string;
  readonly live: boolean;
  /** Absent while nobody publishes it. */
  readonly origin?: string;
  /** Of the newest publication that anybody has. */
  readonly epoch: number;
  readonly nodes: readonly StreamHolder[];
  /** For each node that has it, the way that it takes from the top down to that node. */
  readonly routes: readonly (readonly string[])[];
}

export interface StreamHolder {
  readonly node: string;
  /** Absent at the origin. */
  readonly parent?: string;
  readonly viewers: number;
}

export type SchedulerMessage = Register | StreamChanged | Place | FindParent | Locate | ReportCluster;

/**
 * To `/membership`, from an actor of the same node that knows more than the shards tell: it stands until its next one,
 * or until `source` is gone. A stream in it counts before what a shard says of that stream.
 */
export interface FactsTold {
  readonly type: 'facts';
  readonly source: Address;
  readonly load?: Partial<Omit<NodeLoad, 'measuredAtMs'>>;
  readonly streams?: readonly AnnouncedStream[];
}

/** To `/membership`: this stream is published on this node from now on, or no longer. */
export interface LocalStream {
  readonly type: 'local-stream';
  readonly stream: string;
  readonly epoch: number;
  readonly live: boolean;
}

/** To `/membership`: there is a link to this node now. */
export interface LinkUp {
  readonly type: 'link-up';
  readonly node: string;
}

/** To `/membership`: answered by SchedulerIs; `/scheduling` is told it whenever it changes, unasked. */
export interface WhereIsScheduler {
  readonly type: 'where-is-scheduler';
  readonly replyTo: Address;
}

export interface SchedulerIs {
  readonly type: 'scheduler-is';
  readonly address: Address;
  /** It has answered this node lately. */
  readonly reachable: boolean;
}

/** To `/membership`: which nodes has the scheduler told it of? Answered by PeersKnown. */
export interface ListPeers {
  readonly type: 'list-peers';
  readonly replyTo: Address;
}

export interface PeersKnown {
  readonly type: 'peers-known';
  readonly peers: readonly Peer[];
}

/** To any node's `/membership`, while there is no scheduler to ask: is the stream there? Answered by StreamHere. */
export interface HasStream {
  readonly type: 'has-stream';
  readonly stream: string;
  readonly replyTo: Address;
}

export interface StreamHere {
  readonly type: 'stream-here';
  /** It is published there, or fetched. */
  readonly isLive: boolean;
  /** How full the node is, 0 to 1; at 1 it takes nobody. */
  readonly fullness: number;
}

/** To the port `links`, from `/membership`: keep a link with whoever is at `endpoint`. Told again when a peer
 * has come back, which changes nothing if it is dialled still. */
export interface ConnectPeer {
  readonly do: 'connect';
  readonly endpoint: string;
  readonly node: string;
}
