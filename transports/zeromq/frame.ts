/**
 * What nodes send each other: ZeroMQ messages of one or two parts. The first is the head, a JSON object of what kind the
 * frame is and the epoch that it belongs to; the second is there for items only, a JSON array of them.
 */
import { type Hello, helloFields, isCount, isNodeName, parseHello } from './hello.ts';
import { HEAD_MAX_BYTES, PART_MAX_BYTES } from './limits.ts';
import { END_CODES, type EndCode, type LinkEnd } from './link-end.ts';

/** The parts of one ZeroMQ message, without the routing id. */
export type Parts = readonly (string | Uint8Array)[];

export type Frame =
  /** The first word of either side. */
  | { readonly kind: 'hello'; readonly epoch: number; readonly hello: Hello }
  /** The node with the smaller name has decided for this connection: from here on the link is up. */
  | { readonly kind: 'keep'; readonly epoch: number }
  | { readonly kind: 'items'; readonly epoch: number; readonly items: readonly unknown[] }
  | { readonly kind: 'beat'; readonly epoch: number }
  /** The last word of either side. */
  | {
      readonly kind: 'bye';
      readonly epoch: number;
      /** Who says it, if that is said. */
      readonly node?: string;
      readonly code: EndCode;
      readonly words: string;
    };

/** What parts are that are no frame: what came instead. */
export interface NoFrame {
  readonly kind: 'none';
  readonly words: string;
}

/** Longer words are cut: they go into one line of a log. */
const WORDS_MAX_LENGTH = 200;

export function helloFrame(epoch: number, hello: Hello): Parts {
  return [JSON.stringify({ kind: 'hello', epoch, ...helloFields(hello) })];
}

export function keepFrame(epoch: number): Parts {
  return [JSON.stringify({ kind: 'keep', epoch })];
}

/** `body` is the JSON array of the items. */
export function itemsFrame(epoch: number, body: string): Parts {
  return [JSON.stringify({ kind: 'items', epoch }), body];
}

export function beatFrame(epoch: number): Parts {
  return [JSON.stringify({ kind: 'beat', epoch })];
}

export function byeFrame(epoch: number, node: string, { code, words }: Omit<LinkEnd, 'by'>): Parts {
  return [JSON.stringify({ kind: 'bye', epoch, node, code, words: printable(words) })];
}

/** Never throws, whatever the parts are. */
export function parseFrame(parts: readonly Uint8Array[]): Frame | NoFrame {
  const head = parts[0] === undefined ? undefined : parseJson(parts[0], HEAD_MAX_BYTES);
  if (typeof head !== 'object' || head === null) return none('what is no frame');
  const { kind, epoch, ...fields } = head as Record<string, unknown>;
  if (!isCount(epoch)) return none('a frame without an epoch');
  if (parts.length !== (kind === 'items' ? 2 : 1)) return none('a frame with a wrong number of parts');
  switch (kind) {
    case 'hello': {
      const hello = parseHello(fields);
      return hello === undefined ? none('a hello that is none') : { kind, epoch, hello };
    }
    case 'items': {
      const items = parseJson(parts[1]!, PART_MAX_BYTES);
      return Array.isArray(items) ? { kind, epoch, items } : none('items that are no list');
    }
    case 'keep':
    case 'beat':
      return { kind, epoch };
    case 'bye': {
      const code = END_CODES.find(known => known === fields.code) ?? 'other';
      const words = typeof fields.words === 'string' ? printable(fields.words) : '';
      return isNodeName(fields.node)
        ? { kind, epoch, node: fields.node, code, words }
        : { kind, epoch, code, words };
    }
    default:
      return none('an unknown kind of frame');
  }
}

function none(words: string): NoFrame {
  return { kind: 'none', words };
}

function parseJson(bytes: Uint8Array, maxBytes: number): unknown {
  if (bytes.length > maxBytes) return undefined;
  try {
    return JSON.parse(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString());
  } catch {
    return undefined;
  }
}

/** One line that moves no terminal's cursor. */
function printable(words: string): string {
  return words.slice(0, WORDS_MAX_LENGTH).replaceAll(/\p{C}/gu, ' ');
}
