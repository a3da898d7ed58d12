/** Which processes a cluster on one machine has, and what each is told. Pure. */
import type { Role } from '../../../actors/scheduler/messages.ts';

export interface ClusterOptions {
  readonly httpPort: number;
  readonly mediaAddresses: string;
  readonly logLevel: string;
  /** As `relay.impairment` takes it. */
  readonly link: string | undefined;
  readonly keysFile: string;
}

export interface PlannedNode {
  readonly name: string;
  readonly idc: string;
  readonly role: Role;
  /** Of its site: the third byte of the loopback network that the site has where its links are impaired. */
  readonly network: number;
}

/** Free ports for one node. */
export interface NodePorts {
  readonly links: number;
  readonly media: number;
  readonly relay: number;
}

/** Where the scheduler and the gateway stand: a site without edges, so that clients are spread over the others. */
const CONTROL = { idc: 'control', network: 0 };
const siteRoles = ['push', 'relay', 'pull'] as const;

/** A node of each role in each of the sites, and one scheduler and one gateway for all of them. */
export function nodesOfSites(sites: readonly string[]): readonly PlannedNode[] {
  return [
    { name: 'scheduler', role: 'scheduler', ...CONTROL },
    { name: 'gateway', role: 'gateway', ...CONTROL },
    ...sites.flatMap((idc, i) =>
      siteRoles.map(role => ({ name: `${idc}-${role}`, idc, role, network: 1 + i })),
    ),
  ];
}

/** Of `zrtc cluster`. */
export const plannedNodes = nodesOfSites(['beijing', 'guangzhou']);

/** Who is ended first: those who let clients in, then those who serve them, last those who join the others together. */
export function stopStages(nodes: readonly PlannedNode[]): readonly (readonly string[])[] {
  const named = (...roles: readonly Role[]) =>
    nodes.filter(({ role }) => roles.includes(role)).map(({ name }) => name);
  return [named('gateway'), named('push', 'pull'), named('relay'), named('scheduler')];
}

export function carriesMedia({ role }: PlannedNode): boolean {
  return role !== 'scheduler' && role !== 'gateway';
}

/**
 * At which address the other nodes reach a node's relay port. An impaired link is known by its ends, so then every site
 * has a loopback network of its own, which Linux has without being asked.
 */
export function relayAddress({ network }: PlannedNode, link: string | undefined): string {
  return link === undefined ? '127.0.0.1' : `127.0.${network}.1`;
}

/** The arguments of the process; `schedulerPort` is the scheduler's for links. */
export function argumentsOf(
  node: PlannedNode,
  ports: NodePorts,
  schedulerPort: number,
  options: ClusterOptions,
): readonly string[] {
  const settings = {
    'node.name': node.name,
    'node.idc': node.idc,
    'node.roles': node.role,
    'cluster.keysFile': options.keysFile,
    'cluster.scheduler': 'scheduler',
    'cluster.listen': `tcp://127.0.0.1:${ports.links}`,
    ...(node.role !== 'scheduler' && { 'cluster.join': `tcp://127.0.0.1:${schedulerPort}` }),
    'http.port': String(options.httpPort),
    'media.addresses': options.mediaAddresses,
    'log.level': options.logLevel,
    ...(carriesMedia(node) && {
      // All of them share the machine; and a second core would take the next port, which is perhaps another's.
      'media.cores': '1',
      'media.port': String(ports.media),
      'relay.port': String(ports.relay),
      'relay.address': relayAddress(node, options.link),
      ...(options.link !== undefined && { 'relay.impairment': options.link }),
    }),
  };
  return ['node', ...Object.entries(settings).map(([key, value]) => `--${key}=${value}`)];
}
