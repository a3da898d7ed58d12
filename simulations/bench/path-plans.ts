/** The ways of a stream that the bench of paths measures, each a node longer than the one before. */

export interface NodePlan {
  readonly name: string;
  readonly idc: string;
  readonly roles: string;
  /** Configuration keys of this node alone, and their values. */
  readonly settings?: Readonly<Record<string, string>>;
}

export interface PathPlan {
  /** The nodes on the way, in order. One alone is a node with every role, without a cluster. */
  readonly nodes: readonly NodePlan[];
}

const push: NodePlan = { name: 'push', idc: 'here', roles: 'push' };
const pull: NodePlan = { name: 'pull', idc: 'here', roles: 'pull' };
const relay: NodePlan = { name: 'relay', idc: 'here', roles: 'relay' };

/** By the number of nodes on the way; index 0 is one node. */
export const pathPlans: readonly PathPlan[] = [
  { nodes: [{ name: 'alone', idc: 'here', roles: 'push,pull,gateway' }] },
  { nodes: [push, pull] },
  { nodes: [push, relay, pull] },
  {
    nodes: [
      push,
      relay,
      { name: 'far-relay', idc: 'there', roles: 'relay' },
      { name: 'far-pull', idc: 'there', roles: 'pull' },
    ],
  },
];
