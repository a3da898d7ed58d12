/** What has to hold of a stream's tree and of its edges' loads, where only flows are simulated; looked at again and again. */
import { fullnessOf } from '../../actors/scheduler/fullness.ts';
import { SITE_DEPTH_MAX } from '../../actors/scheduler/routes.ts';
import { circleIn } from '../invariants/no-loop.ts';
import { crossings } from '../invariants/one-crossing.ts';
import { Violations } from '../invariants/violations.ts';
import type { FlowNode } from './flow-node.ts';
import { wayTo } from './flow-tree.ts';

/** Nodes that a stream passes: where it is published, a relay of that site, one of each site below it, and an edge. */
export const DEPTH_MAX = 2 + SITE_DEPTH_MAX + 1;
/** A measurement is a second old when an edge learns from it that it is full. */
const OVER_FULL = 1.05;

export class FlowCheck {
  readonly violations = new Violations();
  readonly #stream: string;
  readonly #nodes: ReadonlyMap<string, FlowNode>;

  constructor(stream: string, nodes: ReadonlyMap<string, FlowNode>) {
    this.#stream = stream;
    this.#nodes = nodes;
  }

  look(nowMs: number): void {
    const carriers = [...this.#nodes.values()].filter(({ isCarrier }) => isCarrier);
    const parents = new Map(carriers.flatMap(({ name, parent }) => (parent ? [[name, parent.name]] : [])));
    const circle = circleIn(parents);
    if (circle !== undefined) this.violate(nowMs, 'no-loop', `it goes in a circle: ${circle.join(', ')}`);
    for (const [key, nodes] of crossingsOf(this.#stream, carriers, this.#nodes))
      if (nodes.length > 1)
        this.violate(nowMs, 'one-crossing', `${key}: fetched from other sites by ${nodes.join(' and ')}`);
    for (const node of carriers) {
      const depth = wayTo(node).length;
      if (depth > DEPTH_MAX) this.violate(nowMs, 'depth', `${node.name} is ${depth} nodes deep`);
      const fullness = fullnessOf(node.load(nowMs), 0);
      if (fullness > OVER_FULL)
        this.violate(nowMs, 'room', `${node.name} carries ${Math.round(100 * fullness)} % of what it can`);
    }
  }

  violate(nowMs: number, invariant: string, detail: string): void {
    this.violations.add({ invariant, atMs: nowMs, detail });
  }
}

/** By site: the nodes there that get the stream from another site. */
export function crossingsOf(
  stream: string,
  carriers: readonly FlowNode[],
  nodes: ReadonlyMap<string, FlowNode>,
): ReadonlyMap<string, readonly string[]> {
  const carried = carriers.map(({ name, idc, parent }) => ({
    stream,
    node: name,
    idc,
    parent: parent?.name,
  }));
  return crossings(carried, name => nodes.get(name)?.idc);
}
