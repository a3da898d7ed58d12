/** Makes databases in MaxMind's format, version 2.0, for IPv4: a tree of 24-bit records, then what its leaves have. */

interface Tree {
  readonly children: (Tree | string | undefined)[];
}

/** By network (`10.1.0.0/16`), no one inside another, the record that it has. */
export function mmdb(networks: Readonly<Record<string, object>>): Buffer {
  const root: Tree = { children: [undefined, undefined] };
  for (const network of Object.keys(networks)) plant(root, network);
  const nodes = [root];
  // The list goes on with what is added to it on the way.
  for (const { children } of nodes) for (const child of children) if (isTree(child)) nodes.push(child);
  const data: Buffer[] = [];
  const offsets = new Map<string, number>();
  let length = 0;
  for (const [network, record] of Object.entries(networks)) {
    offsets.set(network, length);
    const written = encoded(record);
    data.push(written);
    length += written.length;
  }
  const tree = Buffer.alloc(nodes.length * 6);
  for (const [i, { children }] of nodes.entries()) {
    for (const [side, child] of children.entries()) {
      const pointer = isTree(child)
        ? nodes.indexOf(child)
        : nodes.length + (child === undefined ? 0 : 16 + offsets.get(child)!);
      tree.writeUIntBE(pointer, i * 6 + side * 3, 3);
    }
  }
  const metadata = {
    node_count: nodes.length,
    record_size: 24,
    ip_version: 4,
    database_type: 'Test',
    languages: [],
    binary_format_major_version: 2,
    binary_format_minor_version: 0,
    build_epoch: 0,
    description: {},
  };
  const mark = Buffer.from('abcdef4d61784d696e642e636f6d', 'hex');
  return Buffer.concat([tree, Buffer.alloc(16), ...data, mark, encoded(metadata)]);
}

function plant(root: Tree, network: string): void {
  const [ip = '', length] = network.split('/');
  const bits = ip.split('.').flatMap(byte => [7, 6, 5, 4, 3, 2, 1, 0].map(bit => (Number(byte) >> bit) & 1));
  const path = bits.slice(0, Number(length));
  const last = path.pop()!;
  let at = root;
  for (const bit of path) {
    const next = at.children[bit];
    const child: Tree = isTree(next) ? next : { children: [undefined, undefined] };
    at.children[bit] = child;
    at = child;
  }
  at.children[last] = network;
}

function isTree(child: Tree | string | undefined): child is Tree {
  return typeof child === 'object';
}

function encoded(value: unknown): Buffer {
  if (typeof value === 'string') return withType(2, Buffer.from(value));
  if (typeof value === 'number' && Number.isInteger(value) && value >= 0) {
    const bytes = Buffer.alloc(4);
    bytes.writeUInt32BE(value);
    return withType(6, bytes);
  }
  if (typeof value === 'number') {
    const bytes = Buffer.alloc(8);
    bytes.writeDoubleBE(value);
    return withType(3, bytes);
  }
  if (Array.isArray(value)) return Buffer.concat([control(11, value.length), ...value.map(encoded)]);
  const fields = Object.entries(value as object);
  return Buffer.concat([control(7, fields.length), ...fields.flat().map(encoded)]);
}

function withType(type: number, bytes: Buffer): Buffer {
  return Buffer.concat([control(type, bytes.length), bytes]);
}

/** Sizes below 29 fit the first byte; types past 7 need a second one. */
function control(type: number, size: number): Buffer {
  if (size >= 29) return Buffer.concat([Buffer.from([(type << 5) | 29, size - 29])]);
  return type <= 7 ? Buffer.from([(type << 5) | size]) : Buffer.from([size, type - 7]);
}
