import type { Simulation } from '../simulation.ts';
import type { TreeNode } from './scenario.ts';

/** From where each node has the stream just now. */
export function treeOf({ world, nowMs }: Simulation, stream: string): readonly TreeNode[] {
  return [...world.nodes.values()].flatMap(({ name, shard }) => {
    const entry = shard.shard.plane.report(nowMs).streams.find(one => one.stream === stream);
    if (entry === undefined || !entry.live) return [];
    const note = entry.viewers > 0 ? { note: `${entry.viewers} viewers` } : {};
    return [{ name, ...(entry.parent !== undefined && { parent: entry.parent }), ...note }];
  });
}
