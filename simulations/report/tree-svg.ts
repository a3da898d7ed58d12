/** The ways that streams took, as SVG: from where each is published, on the left, to where it is watched. */
import { html, type Markup, nothing } from './markup.ts';
import type { TreeNode } from './report.ts';

const COLUMN = 190;
const ROW = 30;
const BOX_WIDTH = 168;
const BOX_HEIGHT = 24;
const MARGIN = 4;
/** Of a letter, on average. */
const LETTER = 6.4;
/** More would be no drawing any more. */
export const NODES_MAX = 300;

interface Placed {
  readonly node: TreeNode;
  readonly depth: number;
  readonly row: number;
}

export function treeSvg(all: readonly TreeNode[]): Markup {
  const placed = placedOf(all.slice(0, NODES_MAX));
  if (placed.length === 0) return nothing;
  const byName = new Map(placed.map(one => [one.node.name, one]));
  const rows = Math.max(...placed.map(({ row }) => row)) + 1;
  const columns = Math.max(...placed.map(({ depth }) => depth)) + 1;
  const x = ({ depth }: Placed) => MARGIN + depth * COLUMN;
  const y = ({ row }: Placed) => MARGIN + row * ROW;
  const edges = placed.flatMap(one => {
    const parent = one.node.parent === undefined ? undefined : byName.get(one.node.parent);
    if (parent === undefined) return [];
    const [fromX, fromY] = [x(parent) + BOX_WIDTH, y(parent) + BOX_HEIGHT / 2];
    const [toX, toY] = [x(one), y(one) + BOX_HEIGHT / 2];
    const middle = (fromX + toX) / 2;
    return [
      html`<path class="edge" d="M${fromX} ${fromY}C${middle} ${fromY} ${middle} ${toY} ${toX} ${toY}"/>`,
    ];
  });
  const boxes = placed.map(one => {
    const { name, note = '' } = one.node;
    const text = note === '' ? name : `${name} · ${note}`;
    return html`<g transform="translate(${x(one)} ${y(one)})"><title>${text}</title><rect class="box" width="${BOX_WIDTH}" height="${BOX_HEIGHT}" rx="4"/><text class="name" x="8" y="16">${short(text)}</text></g>`;
  });
  const width = 2 * MARGIN + (columns - 1) * COLUMN + BOX_WIDTH;
  const height = 2 * MARGIN + (rows - 1) * ROW + BOX_HEIGHT;
  return html`<svg class="tree" style="max-width:${width}px" viewBox="0 0 ${width} ${height}" role="img" aria-label="Tree">${edges}${boxes}</svg>`;
}

/** A leaf takes a row; whoever has children stands beside the first of them. */
function placedOf(all: readonly TreeNode[]): readonly Placed[] {
  const names = new Set(all.map(({ name }) => name));
  const children = Map.groupBy(all, ({ parent }) =>
    parent !== undefined && names.has(parent) ? parent : undefined,
  );
  const placed: Placed[] = [];
  const seen = new Set<string>();
  let row = 0;
  const place = (node: TreeNode, depth: number) => {
    if (seen.has(node.name)) return;
    seen.add(node.name);
    placed.push({ node, depth, row });
    const below = children.get(node.name) ?? [];
    for (const [i, child] of below.entries()) {
      if (i > 0) row += 1;
      place(child, depth + 1);
    }
  };
  for (const root of children.get(undefined) ?? []) {
    place(root, 0);
    row += 1;
  }
  // What goes in a circle has no root, and is to be seen all the same.
  for (const node of all) {
    if (seen.has(node.name)) continue;
    place(node, 0);
    row += 1;
  }
  return placed;
}

function short(text: string): string {
  const most = Math.floor((BOX_WIDTH - 14) / LETTER);
  return text.length <= most ? text : `${text.slice(0, most - 1)}…`;
}
