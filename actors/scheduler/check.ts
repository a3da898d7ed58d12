/** Whether a message is one that the scheduler can take: a node of another version, or a faulty one, may have sent it. */
import { NAME_MAX_LENGTH } from '../../transports/name-length.ts';
import { type Coordinates, ISPS_MAX, isCoordinates, isGeoName } from '../geo/location.ts';
import { parseStreamId } from '../stream-id.ts';
import { MEASURED_MAX, RTT_MAX_MS } from './measured-ways.ts';
import { type Role, roles, type SchedulerMessage } from './messages.ts';

/** Endpoints and paths; those that are in use have less than a hundred characters. */
const TEXT_MAX_LENGTH = 1024;
/** More publishers than any node serves; past it a report is a fault, and would keep all others waiting. */
export const STREAMS_PER_NODE_MAX = 20_000;
/** Relay links of one node: it has no more on each port, and a few dozen ports. */
const LINKS_PER_NODE_MAX = 50_000;
/** Nodes that one client has tried, or that one request has come by: beyond this it is a fault. */
const NAMES_MAX = 256;

type Check = (value: unknown) => boolean;
type Shape = Readonly<Record<string, Check>>;

/** The first thing that is wrong, in words, or undefined when it can be taken. */
export function whatIsWrong(message: SchedulerMessage): string | undefined {
  const shape: Shape | undefined = Object.hasOwn(shapes, message.type) ? shapes[message.type] : undefined;
  if (shape === undefined)
    return `${String(message.type).slice(0, NAME_MAX_LENGTH)} is no message that is known here`;
  const wrong = wrongField(shape, message);
  if (wrong !== undefined) return `${wrong} of ${message.type} is missing or wrong`;
  if (message.type === 'register' && message.address.node !== message.node) {
    return 'address of register is another node’s';
  }
  return undefined;
}

export const isAddress: Check = value => isShape({ node: isName, incarnation: isCount, path: isText }, value);

const isName: Check = value =>
  typeof value === 'string' && value !== '' && value.length <= NAME_MAX_LENGTH && !value.includes('\n');
const isText: Check = value => typeof value === 'string' && value.length <= TEXT_MAX_LENGTH;
const isStream: Check = value => typeof value === 'string' && parseStreamId(value) !== undefined;
const isAmount: Check = value => typeof value === 'number' && Number.isFinite(value) && value >= 0;
const isCount: Check = value => Number.isSafeInteger(value) && (value as number) >= 0;
const isPort: Check = value => isCount(value) && (value as number) > 0 && (value as number) < 65_536;
const isFlag: Check = value => typeof value === 'boolean';
const isRole: Check = value => roles.includes(value as Role);
const isNames = listOf(isName, NAMES_MAX);
const relayEndpoint: Shape = { address: isText, port: isPort };
const isRegion: Check = value => typeof value === 'string' && isGeoName(value);
const isDegrees: Check = value => typeof value === 'number' && Number.isFinite(value);
const coordinates: Shape = { latitude: isDegrees, longitude: isDegrees };
const location: Shape = {
  region: optional(isRegion),
  at: optional(value => isShape(coordinates, value) && isCoordinates(value as Coordinates)),
  isps: optional(listOf(isRegion, ISPS_MAX)),
};
const load: Shape = {
  publishers: isCount,
  viewers: isCount,
  cores: isCount,
  packetsPerSecond: optional(isAmount),
  utilisation: optional(isAmount),
  bitsPerSecond: optional(isAmount),
  mostBitsPerSecond: optional(isAmount),
  measuredAtMs: isAmount,
};
const measuredLink: Shape = {
  node: isName,
  rttMs: isAmount,
  loss: value => isAmount(value) && (value as number) <= 1,
};
const measuredSite: Shape = {
  site: isName,
  rttMs: value => isAmount(value) && (value as number) <= RTT_MAX_MS,
};
const announced: Shape = {
  stream: isStream,
  epoch: isCount,
  kind: value => value === 'origin' || value === 'carried',
  parent: optional(isName),
  viewers: isCount,
};

const shapes: Readonly<Record<SchedulerMessage['type'], Shape>> = {
  register: {
    node: isName,
    incarnation: isCount,
    idc: isName,
    location: optional(value => isShape(location, value)),
    roles: listOf(isRole, roles.length),
    relay: optional(value => isShape(relayEndpoint, value)),
    links: optional(isText),
    http: optional(isText),
    load: value => isShape(load, value),
    streams: listOf(value => isShape(announced, value), STREAMS_PER_NODE_MAX),
    measured: optional(listOf(value => isShape(measuredLink, value), LINKS_PER_NODE_MAX)),
    draining: optional(isFlag),
    address: isAddress,
    peersVersion: optional(isText),
    replyTo: isAddress,
  },
  'stream-changed': { node: isName, incarnation: isCount, stream: isStream, epoch: isCount, live: isFlag },
  place: {
    role: value => value === 'push' || value === 'pull',
    stream: isStream,
    client: optional(value => isShape(location, value)),
    measured: optional(listOf(value => isShape(measuredSite, value), MEASURED_MAX)),
    idc: optional(isName),
    gateway: optional(isName),
    exclude: isNames,
    replyTo: isAddress,
  },
  'find-parent': {
    stream: isStream,
    node: isName,
    path: isNames,
    current: optional(isName),
    avoid: optional(isNames),
    quiet: optional(isName),
    replyTo: isAddress,
  },
  locate: { stream: isStream, replyTo: isAddress },
  'report-cluster': { replyTo: isAddress },
};

function optional(check: Check): Check {
  return value => value === undefined || check(value);
}

function listOf(check: Check, most: number): Check {
  return value => Array.isArray(value) && value.length <= most && value.every(check);
}

function isShape(shape: Shape, value: unknown): boolean {
  return typeof value === 'object' && value !== null && wrongField(shape, value) === undefined;
}

function wrongField(shape: Shape, value: object): string | undefined {
  for (const field in shape) {
    if (!shape[field]!((value as Record<string, unknown>)[field])) return field;
  }
  return undefined;
}
