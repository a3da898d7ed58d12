/**
 * What schedulers tell each other through the registry that they share, what `/registry` and `/scheduler` say to each
 * other of it, and what the port `registry` does and answers. Plain data.
 */
import type { LeaveReason } from './leave-reason.ts';
import type { Register, StreamChanged } from './messages.ts';

/** Who tells it: the node of a scheduler. */
interface Told {
  readonly from: string;
}

/** A node has registered there, as it says of itself. */
export interface NodeWord extends Told {
  readonly kind: 'node';
  readonly facts: Register;
  readonly registeredAtWallMs: number;
  /** Its link there comes and goes. */
  readonly unsteady: boolean;
}

/** A node that had registered there is gone. */
export interface LeftWord extends Told {
  readonly kind: 'left';
  readonly node: string;
  readonly incarnation: number;
  readonly reason: LeaveReason;
}

/** A stream was published or ended on a node that is registered there. */
export interface StreamWord extends Told {
  readonly kind: 'stream';
  readonly change: StreamChanged;
}

/** A scheduler that hears its own knows that all words of others reach it. */
export interface BeatWord extends Told {
  readonly kind: 'beat';
  /** Of the scheduler's actor: another life's beats are not its own. */
  readonly life: number;
}

export type Word = NodeWord | LeftWord | StreamWord | BeatWord;
/** What the schedulers want to hear of each other. */
export type NewsWord = Exclude<Word, BeatWord>;

/** From `/scheduler` to `/registry`: to be told to the others. */
export interface Share {
  readonly type: 'share';
  readonly word: NewsWord;
}

/** From `/scheduler`, which has just been started: answered by Heard with all there is, and Sharing. */
export interface TellAll {
  readonly type: 'tell-all';
}

/** From `/registry` to `/scheduler`: what others have told. */
export interface Heard {
  readonly type: 'heard';
  readonly words: readonly NewsWord[];
  /** Words that could not be understood, since the last time. */
  readonly wrong: number;
  /** Of all publications that any of them was ever told of. */
  readonly newestEpoch?: number;
}

/** From `/registry` to `/scheduler`: whether what it shares reaches the others, and theirs reaches it. */
export interface Sharing {
  readonly type: 'sharing';
  readonly isSharing: boolean;
}

/** To the port `registry`. */
export type RegistryCommand =
  /** Connect, and again whenever the connection is lost, until `close`. */
  | { readonly do: 'open' }
  | { readonly do: 'close' }
  /** What is connected answers no more. */
  | { readonly do: 'reconnect' }
  /** Answered by RegistryRead. */
  | { readonly do: 'read' }
  | { readonly do: 'keep'; readonly key: string; readonly text: string; readonly leaseMs: number }
  | { readonly do: 'drop'; readonly key: string }
  | { readonly do: 'publish'; readonly text: string }
  /** The newest epoch is this, if it is not newer already. */
  | { readonly do: 'raise'; readonly epoch: number };

/** From the port: from here on everything that is published is heard. */
export interface RegistryConnected {
  readonly type: 'registry-connected';
}

export interface RegistryLost {
  readonly type: 'registry-lost';
  /** In words, and without the password. */
  readonly reason: string;
}

export interface RegistryHeard {
  readonly type: 'registry-heard';
  readonly text: string;
}

/** Everything that is kept. */
export interface RegistryRead {
  readonly type: 'registry-read';
  readonly texts: readonly string[];
  /** 0 before the first. */
  readonly newestEpoch: number;
}
