/** Two sites and what each does; the scheduler stands in the first. */
import type { ClusterWorld, NodePlan } from '../../../simulations/cluster-world.ts';

export const twoSites: readonly NodePlan[] = [
  { name: 'control', idc: 'beijing', roles: ['scheduler', 'gateway'] },
  { name: 'bj-push', idc: 'beijing', roles: ['push'] },
  { name: 'bj-relay', idc: 'beijing', roles: ['relay'] },
  { name: 'gz-relay', idc: 'guangzhou', roles: ['relay'] },
  { name: 'gz-pull', idc: 'guangzhou', roles: ['pull'] },
];

/** The line between the two sites is out, or there again. */
export function cutLine(world: ClusterWorld, isCut: boolean): void {
  const nodesOf = (idc: string) => world.plans.filter(plan => plan.idc === idc);
  for (const { name: one } of nodesOf('beijing')) {
    for (const { name: other } of nodesOf('guangzhou')) {
      world.cut(one, other, isCut);
      world.cutControl(one, other, isCut);
    }
  }
}
