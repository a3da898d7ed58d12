import type { Simulation } from '../simulation.ts';
import type { TreeNode } from './scenario.ts';

/** From where each node has the stream just now; unless one is said all streams, whose nodes are then named with them. */
export function treeOf({ world, nowMs }: Simulation, stream?: string): readonly TreeNode[] {
  return [...world.nodes.values()].flatMap(({ name, shard }) => {
    const all = shard.shard.plane.report(nowMs).streams.filter(({ live }) => live);
    const told = stream === undefined ? all : all.filter(one => one.stream === stream);
    return told.map(one => {
      const named = (node: string) => (stream === undefined ? `${one.stream} ${node}` : node);
      const note = one.viewers > 0 ? { note: `${one.viewers} viewers` } : {};
      return { name: named(name), ...(one.parent !== undefined && { parent: named(one.parent) }), ...note };
    });
  });
}
