/** Two sites and what each does; the scheduler stands in the first. */
import type { NodePlan } from '../../../simulations/cluster-world.ts';

export const twoSites: readonly NodePlan[] = [
  { name: 'control', idc: 'beijing', roles: ['scheduler', 'gateway'] },
  { name: 'bj-push', idc: 'beijing', roles: ['push'] },
  { name: 'bj-relay', idc: 'beijing', roles: ['relay'] },
  { name: 'gz-relay', idc: 'guangzhou', roles: ['relay'] },
  { name: 'gz-pull', idc: 'guangzhou', roles: ['pull'] },
];
