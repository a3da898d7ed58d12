/** How nodes introduce themselves to each other. */
import { NAME_MAX_LENGTH } from '../name-length.ts';
import type { VersionRange } from './versions.ts';

/** What a node says of itself. Everything but its facts is there for the link. */
export interface Hello {
  readonly node: string;
  /** Grows with every start of the node: of two of one name the higher is the living one. */
  readonly incarnation: number;
  readonly versions: VersionRange;
  /** Where it can be dialled, if it can. */
  readonly endpoint?: string;
  /** Site, roles and the like: JSON that the link carries and does not read. */
  readonly facts: Facts;
}

export type Facts = Readonly<Record<string, unknown>>;

/** What is in a name is for the configuration to say. */
const nodeName = /^[\x21-\x7e]+$/;
/** A host name of the longest kind, with its scheme and port. */
const ENDPOINT_MAX_LENGTH = 300;

/** Reads the hello in a head; undefined when it is none. What it does not know it leaves out. */
export function parseHello(head: Readonly<Record<string, unknown>>): Hello | undefined {
  const { node, incarnation, lowest, version, endpoint, facts = {} } = head;
  if (!isNodeName(node)) return undefined;
  if (!isCount(incarnation) || !isCount(version) || !isCount(lowest) || lowest > version) return undefined;
  if (typeof facts !== 'object' || facts === null || Array.isArray(facts)) return undefined;
  const hello: Hello = { node, incarnation, versions: { lowest, highest: version }, facts: facts as Facts };
  if (endpoint === undefined) return hello;
  if (typeof endpoint !== 'string' || endpoint.length > ENDPOINT_MAX_LENGTH) return undefined;
  return { ...hello, endpoint };
}

export function helloFields({ versions, ...rest }: Hello): Readonly<Record<string, unknown>> {
  return { ...rest, version: versions.highest, lowest: versions.lowest };
}

export function isNodeName(value: unknown): value is string {
  return typeof value === 'string' && value.length <= NAME_MAX_LENGTH && nodeName.test(value);
}

/** A whole number from 0 on that JSON keeps exactly. */
export function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}
