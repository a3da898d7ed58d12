/** Words between schedulers as text, and back: whoever can write to the registry may have written anything. */
import { NAME_MAX_LENGTH } from '../../transports/name-length.ts';
import { whatIsWrong } from './check.ts';
import { type LeaveReason, leaveReasons } from './leave-reason.ts';
import type { SchedulerMessage } from './messages.ts';
import type { Word } from './shared-messages.ts';

/** Grows with every change of what words mean: those of another version are not understood. */
const VERSION = 1;

/** The version, who tells it, and the rest as JSON, with spaces between: no name has one. */
export function formatWord({ from, ...rest }: Word): string {
  return `${headOf(from)}${JSON.stringify(rest)}`;
}

/** Undefined when it is none. */
export function parseWord(text: string): Word | undefined {
  const [version, from] = text.split(' ', 2);
  if (version !== String(VERSION) || !isName(from)) return undefined;
  const rest = parsed(text.slice(headOf(from).length));
  if (typeof rest !== 'object' || rest === null) return undefined;
  const word = { ...rest, from } as Word;
  return isWord(word) ? word : undefined;
}

/** Told without reading the word: everybody hears his own words too. */
export function isFrom(from: string, text: string): boolean {
  return text.startsWith(headOf(from));
}

function headOf(from: string): string {
  return `${VERSION} ${from} `;
}

function isWord(word: Word): boolean {
  switch (word.kind) {
    case 'node':
      return (
        isMessage('register', word.facts) &&
        Number.isFinite(word.registeredAtWallMs) &&
        typeof word.unsteady === 'boolean'
      );
    case 'left':
      return (
        isName(word.node) &&
        Number.isSafeInteger(word.incarnation) &&
        leaveReasons.includes(word.reason as LeaveReason)
      );
    case 'stream':
      return isMessage('stream-changed', word.change);
    case 'beat':
      return Number.isSafeInteger(word.life);
    default:
      return false;
  }
}

function isMessage(type: SchedulerMessage['type'], message: unknown): boolean {
  if (typeof message !== 'object' || message === null) return false;
  return (
    (message as SchedulerMessage).type === type && whatIsWrong(message as SchedulerMessage) === undefined
  );
}

function isName(name: unknown): name is string {
  return typeof name === 'string' && name !== '' && name.length <= NAME_MAX_LENGTH;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
