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
}

/** Free ports for one node. */
export interface NodePorts {
  readonly links: number;
  readonly media: number;
  readonly relay: number;
}

/** Where the scheduler and the gateway stand: a site without edges, so that clients are spread over the others. */
const CONTROL_SITE = 'control';
const sites = ['beijing', 'guangzhou'] as const;
const siteRoles = ['push', 'relay', 'pull'] as const;

export const plannedNodes: readonly PlannedNode[] = [
  { name: 'scheduler', idc: CONTROL_SITE, role: 'scheduler' },
  { name: 'gateway', idc: CONTROL_SITE, role: 'gateway' },
  ...sites.flatMap(idc => siteRoles.map(role => ({ name: `${idc}-${role}`, idc, role }))),
];

/** Who is ended first: those who let clients in, then those who serve them, last those who join the others together. */
export const stopStages: readonly (readonly string[])[] = [
  ['gateway'],
  named(role => role === 'push' || role === 'pull'),
  named(role => role === 'relay'),
  ['scheduler'],
];

function named(isOne: (role: Role) => boolean): readonly string[] {
  return plannedNodes.filter(({ role }) => isOne(role)).map(({ name }) => name);
}

export function carriesMedia({ role }: PlannedNode): boolean {
  return role !== 'scheduler' && role !== 'gateway';
}

/**
 * At which address the other nodes reach a node's relay port. An impaired link is known by its ends, so then every site
 * has a loopback network of its own, which Linux has without being asked.
 */
export function relayAddress({ idc }: PlannedNode, link: string | undefined): string {
  return link === undefined ? '127.0.0.1' : `127.0.${1 + sites.indexOf(idc as (typeof sites)[number])}.1`;
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
      // Six such processes share the machine; and a second core would take the next port, which is perhaps another's.
      'media.cores': '1',
      'media.port': String(ports.media),
      'relay.port': String(ports.relay),
      'relay.address': relayAddress(node, options.link),
      ...(options.link !== undefined && { 'relay.impairment': options.link }),
    }),
  };
  return ['node', ...Object.entries(settings).map(([key, value]) => `--${key}=${value}`)];
}
