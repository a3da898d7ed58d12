/** Why a link, or an attempt at one, has ended. */

/** What programs look at; the words beside it are for people. */
export type EndCode = (typeof END_CODES)[number];

export const END_CODES = [
  /** No version of the protocol that both speak. */
  'version',
  /** Another process goes by that name. */
  'name taken',
  /** A node that has dialled itself. */
  'self',
  /** There is a link between the two already. */
  'linked',
  /** A later incarnation of the same node has come. */
  'replaced',
  /** The same process has come by another connection, since it has lost this one. */
  'superseded',
  /** Too much waited for the peer. */
  'outbox full',
  /** What came was no frame, or one out of place. */
  'bad frame',
  /** Nothing was heard for too long. */
  'silent',
  /** Whoever says it has been closed. */
  'closed',
  /** Whoever says it knows nothing of this link, or no longer. */
  'not linked',
  /** Too many connections. */
  'full',
  /** The connection broke, or could not be made. */
  'lost',
  /** The handshake failed: no keys, or others. */
  'keys',
  /** A word from a version that knows more of them. */
  'other',
] as const;

export interface LinkEnd {
  readonly code: EndCode;
  /** One line, without a full stop. */
  readonly words: string;
  /** Who has ended it. */
  readonly by: 'us' | 'them';
}

/** Only a person can help against these: keys, an update, another name. */
const lasting: ReadonlySet<EndCode> = new Set(['version', 'name taken', 'replaced', 'full', 'keys']);

export function isLasting({ code }: LinkEnd): boolean {
  return lasting.has(code);
}
