/**
 * The kinds of values that a configuration key can have. Each takes a value as it comes from YAML, or the text of a
 * variable or flag, and says in one sentence what it must be when it is something else.
 */
import { isIP } from 'node:net';
import * as z from 'zod';
import { type Role, roles } from '../scheduler/messages.ts';

/** What the command line and its help need to know of a key, besides its default. */
interface KeyNotes {
  /** One line for people; ends without a full stop. */
  readonly description: string;
  /** The environment variable, where it is not the one that the key's name makes. */
  readonly variable?: string;
  /** Never shown, neither in an error nor in a log. */
  readonly secret?: true;
}

/** How the pages serve HTTPS: not at all, with a certificate made at the start, or with one from PEM files. */
export type TlsChoice = 'off' | 'self-signed' | { readonly cert: string; readonly key: string };

/** A whole number in a range, both ends included. */
export function wholeNumber(lowest: number, highest: number, initial: number, notes: KeyNotes) {
  const error = `must be a whole number from ${lowest} to ${highest}`;
  const number = z.int({ error }).min(lowest, { error }).max(highest, { error });
  return z
    .preprocess(fromDigits, number)
    .default(initial)
    .meta({ ...notes });
}

/** A UDP or TCP port; 0 lets the operating system choose. */
export function port(initial: number, notes: KeyNotes) {
  return wholeNumber(0, 65_535, initial, notes);
}

/** Text that matches `pattern`; `must` says so in words. */
export function text(pattern: RegExp, must: string, initial: string, notes: KeyNotes) {
  return z
    .string({ error: must })
    .regex(pattern, { error: must })
    .default(initial)
    .meta({ ...notes });
}

/** Text that may be left out. */
export function optionalText(check: (text: string) => boolean, must: string, notes: KeyNotes) {
  return z
    .string({ error: must })
    .refine(check, { error: must })
    .exactOptional()
    .meta({ ...notes });
}

export function oneOf<const Choice extends string>(
  choices: readonly [Choice, ...Choice[]],
  initial: NoInfer<Choice>,
  notes: KeyNotes,
) {
  const chosen = z.enum(choices, { error: `must be one of ${choices.join(', ')}` });
  // The union of literals is not known to exclude undefined while it is still a type parameter.
  return chosen.default(initial as never).meta({ ...notes });
}

/** IP addresses: a YAML list, or text with commas between them. */
export function addressList(notes: KeyNotes) {
  const error = 'must be a list of IP addresses';
  const address = z.string({ error }).refine(candidate => isIP(candidate) !== 0, { error });
  return z
    .preprocess(fromCommas, z.array(address, { error }).readonly())
    .default([])
    .meta({ ...notes });
}

/** Texts of one kind: a YAML list, or text with commas between them; `must` says what each is. */
export function textList(
  check: (text: string) => boolean,
  must: string,
  most: number,
  notes: KeyNotes,
  initial: readonly string[] = [],
) {
  const error = must;
  const item = z.string({ error }).refine(check, { error });
  const tooMany = { error: `must be at most ${most}` };
  return z
    .preprocess(
      fromCommas,
      z
        .array(item, { error })
        .min(initial.length > 0 ? 1 : 0, { error })
        .max(most, tooMany)
        .readonly(),
    )
    .default(initial)
    .meta({ ...notes });
}

/** What a node does; at least one thing. */
export function roleList(notes: KeyNotes) {
  const error = `must be a list of ${roles.join(', ')}`;
  return z
    .preprocess(
      fromCommas,
      z
        .array(z.enum(roles as [Role, ...Role[]], { error }), { error })
        .min(1, { error })
        .readonly(),
    )
    .default(roles)
    .meta({ ...notes });
}

/** Yes or no; in text `true` or `false`. */
export function yesOrNo(initial: boolean, notes: KeyNotes) {
  const error = 'must be true or false';
  return z
    .preprocess(fromWord, z.boolean({ error }))
    .default(initial)
    .meta({ ...notes });
}

/** The origins whose pages may call, or `*` for all. */
export function originList(notes: KeyNotes) {
  const error = 'must be * or a list of origins such as https://school.example';
  const origin = z.string({ error }).refine(isOrigin, { error });
  const origins = z.union([z.literal('*'), z.array(origin).readonly()], { error });
  return z
    .preprocess(value => (value === '*' ? value : fromCommas(value)), origins)
    .default('*')
    .meta({ ...notes });
}

export function tlsChoice(notes: KeyNotes) {
  const error = 'must be off, self-signed, or the PEM files of certificate and key (cert.pem,key.pem)';
  const file = z.string({ error }).min(1, { error });
  const files = z.strictObject({ cert: file, key: file }, { error }).readonly();
  const choice = z.union([z.literal(['off', 'self-signed']), files], { error });
  return z
    .preprocess(fromFilePair, choice)
    .default('off')
    .meta({ ...notes });
}

function fromDigits(value: unknown): unknown {
  return typeof value === 'string' && /^\d{1,15}$/.test(value) ? Number(value) : value;
}

function fromWord(value: unknown): unknown {
  return value === 'true' || value === 'false' ? value === 'true' : value;
}

function isOrigin(text: string): boolean {
  return /^https?:/.test(text) && URL.parse(text)?.origin === text;
}

function fromCommas(value: unknown): unknown {
  return typeof value === 'string' ? value.split(',').map(part => part.trim()) : value;
}

function fromFilePair(value: unknown): unknown {
  if (typeof value !== 'string' || !value.includes(',')) return value;
  const [cert, key, ...rest] = value.split(',').map(part => part.trim());
  return rest.length === 0 ? { cert, key } : value;
}
