/** What `zrtc up` says once the node runs: where to go, where media will come in, and what to look out for. */
import { type Config, isLoopback } from '../../actors/config/schema.ts';
import { columns } from './command.ts';
import type { RunningNode } from './running-node.ts';

/** The stream that the banner's links are about; any other name does as well. */
const EXAMPLE_STREAM = 'math-101';

export function bannerOf(config: Config, node: RunningNode): string {
  const elsewhere = urlsForOthers(config, node);
  return [
    `zrtc: node ${config.node.name} in ${config.node.idc} is up`,
    ...columns([
      ...(node.url === '' ? [] : [['pages', `${node.url}/`] as const]),
      ...(elsewhere.length === 0 ? [] : [['from elsewhere', elsewhere.join(' ')] as const]),
      ...(node.url === ''
        ? []
        : [
            ['teach', `${node.url}/publish/${EXAMPLE_STREAM}`] as const,
            ['watch', `${node.url}/watch/${EXAMPLE_STREAM}`] as const,
          ]),
      ...(node.mediaPorts.length === 0
        ? []
        : [['media', `UDP ${node.mediaPorts.join(', ')} on ${node.addresses.join(', ')}`] as const]),
      ...(node.url === '' ? [] : [['access', accessIn(config)] as const]),
    ]),
    ...node.warnings.map(warning => `warning: ${warning}`),
    'Ctrl-C stops it.',
  ].join('\n');
}

/** A node that listens on all addresses is reached from a phone by one of those that it tells clients for media. */
function urlsForOthers({ http }: Config, { url, addresses }: RunningNode): readonly string[] {
  if (url === '') return [];
  if (http.host !== '0.0.0.0' && http.host !== '::') return [];
  const reachable = addresses.filter(address => !isLoopback(address));
  // Listening on :: takes IPv4 as well; listening on 0.0.0.0 takes nothing else.
  const listened = reachable.filter(address => http.host === '::' || !address.includes(':'));
  return listened.map(address => {
    const { protocol, port } = new URL(url);
    const host = address.includes(':') ? `[${address}]` : address;
    return `${protocol}//${host}${port === '' ? '' : `:${port}`}/`;
  });
}

function accessIn({ auth, http }: Config): string {
  if (auth.secret !== undefined) return 'with a token: zrtc token --help';
  return `everybody on this machine, without a token: no auth.secret is set, so only ${http.host} is listened on`;
}
