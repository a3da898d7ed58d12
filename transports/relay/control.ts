/**
 * Control messages, those of a link's conversation 0: JSON objects, in order, each once. Ids of subscriptions are the
 * subscriber's; conversations are numbered by whoever provides the stream.
 */
import { isCount, isNodeName } from '../zeromq/hello.ts';
import { CONTROL_MAX_BYTES, PATH_MAX_NODES } from './limits.ts';
import { isStreamName, printable, textOf } from './text.ts';
import { isUint48 } from './uint48.ts';

/** The conversation of each of a stream's tracks. */
export interface TrackConversations {
  readonly audio: number;
  readonly video: number;
}

/** From the subscriber. */
export interface Subscribe {
  readonly kind: 'subscribe';
  readonly id: number;
  readonly stream: string;
  /** The nodes that the stream will have to pass after this link, the subscriber's first. */
  readonly path: readonly string[];
}

export type ControlMessage =
  | Subscribe
  | { readonly kind: 'unsubscribe'; readonly id: number; readonly reason: string }
  | { readonly kind: 'keyframe'; readonly id: number }
  /** From the provider. */
  | {
      readonly kind: 'subscribed';
      readonly id: number;
      readonly epoch: number;
      /** The nodes that the stream has passed, the origin first and the provider last; empty from one that cannot say. */
      readonly path: readonly string[];
      readonly conversations: TrackConversations;
    }
  | { readonly kind: 'refused'; readonly id: number; readonly reason: string }
  | { readonly kind: 'ended'; readonly id: number; readonly reason: string };

/** Why a message cannot be taken. One of an unknown kind is passed over: it may be a later program's. */
export type ControlFault =
  | { readonly kind: 'malformed'; readonly words: string }
  | { readonly kind: 'unknown' }
  /** A subscribe that can be answered, though it asks for what cannot be. */
  | { readonly kind: 'bad subscribe'; readonly id: number; readonly words: string };

export function writeControl(message: ControlMessage): Uint8Array {
  return Buffer.from(JSON.stringify(message));
}

/** Never throws, whatever the bytes are. */
export function parseControl(bytes: Uint8Array): ControlMessage | ControlFault {
  if (bytes.length > CONTROL_MAX_BYTES) return malformed('a control message that is too long');
  let value: unknown;
  try {
    value = JSON.parse(textOf(bytes));
  } catch {
    return malformed('a control message that is not JSON');
  }
  if (typeof value !== 'object' || value === null) return malformed('a control message that is no object');
  const fields = value as Readonly<Record<string, unknown>>;
  const { kind, id } = fields;
  if (typeof kind !== 'string' || !isCount(id)) return malformed('a control message without kind or id');
  switch (kind) {
    case 'subscribe':
      return parseSubscribe(id, fields);
    case 'subscribed':
      return parseSubscribed(id, fields);
    case 'keyframe':
      return { kind, id };
    case 'unsubscribe':
    case 'refused':
    case 'ended': {
      const { reason } = fields;
      if (typeof reason !== 'string') return malformed(`a message '${kind}' without a reason`);
      return { kind, id, reason: printable(reason) };
    }
    default:
      return { kind: 'unknown' };
  }
}

/** What is wrong with a request for a stream, in words for whoever made it; nothing when it is sound. */
export function subscribeFault(stream: unknown, path: unknown): string | undefined {
  if (!isStreamName(stream)) return 'not the name of a stream';
  if (!Array.isArray(path) || path.length === 0) return 'no path';
  if (path.length > PATH_MAX_NODES) return `a path of more than ${PATH_MAX_NODES} nodes`;
  return path.every(isNodeName) ? undefined : 'a path with what is no node';
}

function parseSubscribe(
  id: number,
  { stream, path }: Readonly<Record<string, unknown>>,
): Subscribe | ControlFault {
  const words = subscribeFault(stream, path);
  if (words !== undefined) return { kind: 'bad subscribe', id, words };
  return { kind: 'subscribe', id, stream: stream as string, path: path as readonly string[] };
}

function parseSubscribed(
  id: number,
  { epoch, path = [], conversations }: Readonly<Record<string, unknown>>,
): ControlMessage | ControlFault {
  const { audio, video } = (conversations ?? {}) as Readonly<Record<string, unknown>>;
  if (!isUint48(epoch)) return malformed("a message 'subscribed' without an epoch");
  if (!isConversation(audio) || !isConversation(video) || audio === video)
    return malformed("a message 'subscribed' without conversations");
  if (!Array.isArray(path) || path.length > PATH_MAX_NODES || !path.every(isNodeName))
    return malformed("a message 'subscribed' with a path that is none");
  return { kind: 'subscribed', id, epoch, path, conversations: { audio, video } };
}

/** 0 is the one of the control messages. */
function isConversation(value: unknown): value is number {
  return isCount(value) && value > 0 && value <= 0xffff_ffff;
}

function malformed(words: string): ControlFault {
  return { kind: 'malformed', words };
}
