/** What can be configured. The help, the check of names and the types all come from this table. */
import { isIP } from 'node:net';
import * as z from 'zod';
import { CONSENT_TIMEOUT_MS } from '../../transports/ice/ice-lite.ts';
import { NAME_MAX_LENGTH } from '../../transports/name-length.ts';
import {
  DEFAULT_MTU_BYTES,
  ETHERNET_MTU_BYTES,
  LEAST_MTU_BYTES,
  MOST_MTU_BYTES,
} from '../../transports/relay/link-mtu.ts';
import { parseImpairment } from '../../transports/udp/impaired.ts';
import { ISPS_MAX, isGeoName, parseCoordinates } from '../geo/location.ts';
import { NETWORK_RULE, NETWORKS_MAX, parseNetworkEntry } from '../geo/network-table.ts';
import type { Role } from '../scheduler/messages.ts';
import {
  addressList,
  oneOf,
  optionalText,
  originList,
  port,
  roleList,
  text,
  textList,
  tlsChoice,
  wholeNumber,
  yesOrNo,
} from './values.ts';

/** HS256 wants a key at least as long as its hash (RFC 7518 section 3.2). */
export const MINIMUM_SECRET_BYTES = 32;

/** Below this there is no picture that moves. */
const LEAST_PUBLISH_KBPS = 100;
/** More than any camera's picture takes; what it would cost to send to a class is out of all proportion. */
const MOST_PUBLISH_KBPS = 100_000;

/** Faster than any line that would have to be spared. */
const MOST_RELAY_KBPS = 100_000_000;

const LAST_PORT = 65_535;

/** What `media.cores` is when nobody says. */
const DEFAULT_CORES = 0;
/** More UDP ports than this would run into those of the relay links, by default 100 further. */
export const MOST_CORES = 64;

/** Whoever stops processes kills them in the end; after this long a client that has not gone is not going to. */
const MOST_DRAIN_SECONDS = 600;

/** Of the fastest network cards there are. */
const MOST_MBPS = 800_000;

/** Cities, autonomous systems, ISPs, and the operator's own; each is in memory. */
const GEO_FILES_MAX = 8;

const REGION_RULE = 'must be a name in small letters such as cn or cn-bj';

/** Two are enough to lose one, three to lose one while another is being upgraded; each more costs every one of them. */
const SCHEDULERS_MAX = 8;

const NAME = new RegExp(`^[a-z0-9]([a-z0-9-]{0,${NAME_MAX_LENGTH - 2}}[a-z0-9])?$`);
const NAME_RULE = `must be 1 to ${NAME_MAX_LENGTH} of the characters a-z, 0-9 and -, not starting or ending with -`;
const isNodeName = (name: string) => NAME.test(name);
const isEndpoint = (endpoint: string) => /^tcp:\/\/\S+:\d{1,5}$/.test(endpoint);

const settings = {
  node: {
    name: text(NAME, NAME_RULE, 'zrtc-1', {
      description: 'what this node is called in answers, logs and metrics',
    }),
    idc: text(NAME, NAME_RULE, 'local', { description: 'the site that this node stands in' }),
    roles: roleList({
      description:
        'what this node does, with commas between: push, pull, relay, scheduler, gateway; by default all',
    }),
    region: optionalText(isGeoName, REGION_RULE, {
      description: 'the country that the node stands in, or the part of it, as databases name it: cn-bj',
    }),
    coordinates: optionalText(
      coordinates => parseCoordinates(coordinates) !== undefined,
      'must be LATITUDE/LONGITUDE in degrees, such as 39.9/116.4',
      { description: 'where the node stands, latitude first, in degrees: 39.9/116.4' },
    ),
    isps: textList(isGeoName, 'must be a list of names such as china-mobile or as9808', ISPS_MAX, {
      description: 'whose lines the node is on, with commas between: china-mobile,as9808',
    }),
    drainSeconds: wholeNumber(0, MOST_DRAIN_SECONDS, 0, {
      description:
        'how long a node of a cluster that is told to stop (SIGTERM, Ctrl-C) sends its clients to others first, at most; 0: not at all',
    }),
    maxMbps: wholeNumber(0, MOST_MBPS, 0, {
      description:
        'what the lines of the node take, in Mbit/s: when it sends as much, clients go elsewhere; 0: as much as its cores can send',
    }),
  },
  http: {
    host: text(/^[^\s/]+$/, 'must be an IP address or a host name', '127.0.0.1', {
      description: 'the address to listen on; any but a loopback address needs a secret',
    }),
    port: port(8080, {
      description: 'the TCP port of signalling, pages, API and metrics; 0 takes a free one',
    }),
    publicUrl: optionalText(
      url => /^https?:/.test(url) && URL.parse(url)?.origin === url,
      'must be an origin such as https://live.school.example',
      {
        description:
          'where clients reach this gateway: those of a gateway that is being drained are sent there, and pages measure how far the site is, if it is https://; by default they do neither',
      },
    ),
    tls: tlsChoice({
      description:
        'HTTPS: off, self-signed, or the PEM files of a certificate and its key (cert.pem,key.pem)',
    }),
    trustProxy: yesOrNo(false, {
      description:
        'a reverse proxy stands before the node: believe the client address in its X-Forwarded-For',
    }),
    corsOrigins: originList({
      description: 'the origins whose pages may call, with commas between them, or * for all',
    }),
  },
  auth: {
    secret: optionalText(
      secret => Buffer.byteLength(secret) >= MINIMUM_SECRET_BYTES,
      `must have at least ${MINIMUM_SECRET_BYTES} bytes`,
      {
        description: `signs and checks tokens (HS256), ${MINIMUM_SECRET_BYTES} bytes or more; without it everybody may do everything`,
        secret: true,
      },
    ),
    secretFile: optionalText(path => path !== '', 'must be the path of a file', {
      description: 'a file that holds the secret, in place of auth.secret',
    }),
  },
  media: {
    port: port(7000, {
      description: 'the UDP port of the first core; each further core takes the next; 0 takes free ones',
    }),
    cores: wholeNumber(0, MOST_CORES, DEFAULT_CORES, {
      description:
        'how many core shards carry media, each with a thread and a UDP port of its own; 0: as many as the machine has cores',
    }),
    engine: oneOf(['auto', 'native', 'portable'], 'auto', {
      description:
        'what seals and sends media: native (the C++ addon), portable (Node alone, several times the CPU), or auto: native where it has been built',
      variable: 'ZRTC_ENGINE',
    }),
    addresses: addressList({
      description:
        'the IP addresses to tell clients, with commas between them; by default all that this machine has',
    }),
    consentTimeoutMs: wholeNumber(5_000, 120_000, CONSENT_TIMEOUT_MS, {
      description: 'how long a silent client keeps its session, in milliseconds',
    }),
    forwardingControl: oneOf(['on', 'off'], 'on', {
      description:
        'on: a gap in a track is waited out or, at the next keyframe, skipped, so that viewers get in order what can be decoded; off: packets pass as they arrive',
    }),
    audioReorderMs: wholeNumber(0, 300, 60, {
      description:
        'how long audio that is missing is waited for where the publisher does not repair it (no NACK for Opus), in milliseconds',
    }),
    encryption: oneOf(['on', 'off'], 'on', {
      description:
        'on: all media is encrypted; off: viewers that are no browsers may ask for plain RTP ("encryption": false in the pull request), which whoever is on the way can read and change: for trusted networks alone; who does not ask is encrypted as ever',
    }),
    maxPublishKbps: wholeNumber(LEAST_PUBLISH_KBPS, MOST_PUBLISH_KBPS, 8000, {
      description:
        'the most video that one publisher may send, in kbit/s: clients are told, and what is far above it is dropped',
    }),
  },
  cluster: {
    keysFile: optionalText(path => path !== '', 'must be the path of a file', {
      description:
        'the keys of the cluster that this node belongs to (zrtc keys); without them it stands alone',
    }),
    scheduler: textList(
      isNodeName,
      'must be the name of a node, or several with commas between',
      SCHEDULERS_MAX,
      {
        description:
          'the node that is the scheduler of the cluster; several, with commas between, share cluster.registry',
      },
      ['zrtc-1'],
    ),
    join: textList(isEndpoint, 'must be tcp://ADDRESS:PORT', SCHEDULERS_MAX, {
      description:
        'where nodes of the cluster listen for others, usually each scheduler, with commas between: tcp://10.0.0.1:7200',
    }),
    registry: optionalText(
      url => /^rediss?:\/\/[^\s/]+(\/\d*)?$/.test(url) && URL.canParse(url),
      'must be redis://[USER:PASSWORD@]HOST[:PORT][/DATABASE], or rediss:// for TLS',
      {
        description:
          'the Redis (or Valkey) by which several schedulers know the same: redis://:PASSWORD@10.0.0.9:6379/0; needed by schedulers alone',
        secret: true,
      },
    ),
    listen: text(/^tcp:\/\/\S+:\d{1,5}$/, 'must be tcp://ADDRESS:PORT', 'tcp://127.0.0.1:7200', {
      description: 'where this node listens for the other nodes of its cluster (ZeroMQ, CURVE)',
    }),
  },
  relay: {
    port: port(7100, {
      description: 'the UDP port of the first core for relay links; each further core takes the next',
    }),
    address: optionalText(address => isIP(address) !== 0, 'must be an IP address', {
      description: 'the IP address at which other nodes reach it; by default the first of media.addresses',
    }),
    mtu: wholeNumber(LEAST_MTU_BYTES, MOST_MTU_BYTES, DEFAULT_MTU_BYTES, {
      description:
        'the longest IP packet, in bytes, that the paths to all other nodes are sure to carry: less where a tunnel leaves less',
    }),
    maxMtu: wholeNumber(LEAST_MTU_BYTES, MOST_MTU_BYTES, ETHERNET_MTU_BYTES, {
      description:
        'up to which each relay link of the native engine looks for a longer one by probes, in bytes; what is not above relay.mtu: not at all',
    }),
    maxKbps: wholeNumber(0, MOST_RELAY_KBPS, 0, {
      description:
        'the most that this node sends on each relay link, in kbit/s, shared fairly by its streams, sound first; 0: no limit',
    }),
    impairment: optionalText(
      impairment => parseImpairment(impairment) !== undefined,
      'must be such as delay=30,loss=2,jitter=5, in milliseconds and percent',
      {
        description:
          'for trials only: delays and loses what relay links bring from other sites (delay=30,loss=2,jitter=5)',
      },
    ),
  },
  geo: {
    networks: textList(
      entry => parseNetworkEntry(entry) !== undefined,
      `must be a list of ${NETWORK_RULE}`,
      NETWORKS_MAX,
      {
        description:
          'where the clients of networks are, with commas between; the smallest network that has a client counts: 10.1.0.0/16 cn-bj china-mobile 39.9/116.4',
      },
    ),
    files: textList(path => path !== '', 'must be a list of paths of files', GEO_FILES_MAX, {
      description:
        'databases of addresses, as GeoLite2 City and ASN, with commas between; read again when they change',
    }),
  },
  log: {
    level: oneOf(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'], 'info', {
      description: 'the least level that is written: trace, debug, info, warn, error, fatal, silent',
    }),
  },
} as const;

const isExposedWithoutSecret = (config: {
  http: { host: string };
  auth: { secret?: string; secretFile?: string };
}) =>
  !isLoopback(config.http.host) && config.auth.secret === undefined && config.auth.secretFile === undefined;

/** Whether each core has a port, the first one's being `port`; 0 takes free ones, however many. */
const hasPorts = (port: number, cores: number) => port === 0 || port + Math.max(1, cores) - 1 <= LAST_PORT;

const isOneOfSeveral = (
  { name, roles }: { name: string; roles: readonly Role[] },
  { scheduler }: { scheduler: readonly string[] },
) => roles.includes('scheduler') && scheduler.length > 1 && scheduler.includes(name);

export const configSchema = z
  .strictObject({
    node: z.strictObject(settings.node).readonly().prefault({}),
    http: z.strictObject(settings.http).readonly().prefault({}),
    auth: z.strictObject(settings.auth).readonly().prefault({}),
    media: z.strictObject(settings.media).readonly().prefault({}),
    cluster: z.strictObject(settings.cluster).readonly().prefault({}),
    relay: z.strictObject(settings.relay).readonly().prefault({}),
    geo: z.strictObject(settings.geo).readonly().prefault({}),
    log: z.strictObject(settings.log).readonly().prefault({}),
  })
  .readonly()
  .refine(config => config.auth.secret === undefined || config.auth.secretFile === undefined, {
    path: ['auth', 'secretFile'],
    error: 'cannot be set together with auth.secret',
  })
  .refine(({ media }) => hasPorts(media.port, media.cores), {
    path: ['media', 'cores'],
    error: 'needs a port for each core, and from media.port on there are not so many',
  })
  .refine(({ media, relay }) => hasPorts(relay.port, media.cores), {
    path: ['media', 'cores'],
    error: 'needs a port for each core, and from relay.port on there are not so many',
  })
  .refine(({ node, cluster }) => !isOneOfSeveral(node, cluster) || cluster.registry !== undefined, {
    path: ['cluster', 'registry'],
    error: 'is needed by a scheduler that is one of several',
  })
  .refine(config => !isExposedWithoutSecret(config), {
    path: ['http', 'host'],
    error:
      'needs auth.secret (or auth.secretFile): without one everybody may do everything, so only a loopback address is listened on',
  });

/** The whole configuration, checked. `auth.secret` is there also when it came from `auth.secretFile`. */
export type Config = z.output<typeof configSchema>;

/** One key, as the help and the sources need it. */
export interface ConfigKey {
  /** Such as `media.consentTimeoutMs`. */
  readonly name: string;
  /** Such as `ZRTC_MEDIA_CONSENT_TIMEOUT_MS`. */
  readonly variable: string;
  readonly description: string;
  readonly isSecret: boolean;
  /** As it would be written in a flag; undefined when the key has no default. */
  readonly initial: string | undefined;
}

/** Every key there is, in the order of the schema. */
export const configKeys: readonly ConfigKey[] = Object.entries(settings).flatMap(([group, keys]) =>
  Object.entries<z.ZodType>(keys).map(([key, schema]) => {
    const notes = schema.meta();
    return {
      name: `${group}.${key}`,
      variable: String(notes?.variable ?? `ZRTC_${group}_${key.replaceAll(/[A-Z]/g, '_$&')}`.toUpperCase()),
      description: String(notes?.description),
      isSecret: notes?.secret === true,
      initial: writtenDefault(schema.safeParse(undefined).data),
    };
  }),
);

/** Whether `host` can be reached from this machine only. A name other than localhost could be anything. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'));
}

function writtenDefault(value: unknown): string | undefined {
  if (value === undefined || (Array.isArray(value) && value.length === 0)) return undefined;
  return String(value);
}
