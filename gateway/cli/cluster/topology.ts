/** What `zrtc cluster` prints once it runs. */
import { carriesMedia, type NodePorts, type PlannedNode, relayAddress } from './plan.ts';

const EXAMPLE_STREAM = 'math-101';

export interface Placed extends PlannedNode {
  readonly pid: number;
  readonly ports: NodePorts;
}

export function topologyText(
  nodes: readonly Placed[],
  options: { readonly url: string; readonly link: string | undefined; readonly httpPort: number },
): string {
  const { url, link, httpPort } = options;
  const head = ['NODE', 'SITE', 'ROLE', 'PID', 'LINKS (TCP)', 'MEDIA (UDP)', 'RELAY (UDP)', 'HTTP'];
  const rows = nodes.map(node => [
    node.name,
    node.idc,
    node.role,
    String(node.pid),
    String(node.ports.links),
    node.role === 'push' || node.role === 'pull' ? String(node.ports.media) : '-',
    carriesMedia(node) ? `${relayAddress(node, link)}:${node.ports.relay}` : '-',
    node.role === 'gateway' ? String(httpPort) : '-',
  ]);
  return [
    'zrtc: the cluster is up',
    ...table([head, ...rows]),
    `between the sites: ${link === undefined ? 'as it is on this machine' : `${link}, each way`}`,
    `pages: ${url}/`,
    `teach: ${url}/publish/${EXAMPLE_STREAM}`,
    `watch: ${url}/watch/${EXAMPLE_STREAM} (viewers are spread over both sites)`,
    'Whoever of them dies is started again. Ctrl-C stops them all.',
  ].join('\n');
}

function table(rows: readonly (readonly string[])[]): readonly string[] {
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map(row => row[column]!.length)));
  return rows.map(row => `  ${row.map((text, column) => text.padEnd(widths[column]!)).join('  ')}`.trimEnd());
}
