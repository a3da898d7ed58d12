/**
 * Where an actor is: plain data, good in any thread and process. A message to an address goes to an actor here, over
 * a MessagePort to another thread, or over a link to another process, and the sender cannot tell.
 */
export interface Address {
  /** The node (one OS process) that the actor lives in. */
  readonly node: string;
  /** Which of the actors that have had this path: a number that only grows; 0 means whichever has it now. */
  readonly incarnation: number;
  /** From the node's root, such as `/shards/shard-0/pulls/pull-0-Qm9i`. */
  readonly path: string;
}

/** The address of whichever actor has `path` when the message arrives. */
export function addressOf(node: string, path: string): Address {
  return { node, incarnation: 0, path };
}

/** How an address is written in logs. */
export function formatAddress({ node, path, incarnation }: Address): string {
  return incarnation === 0 ? `${node}${path}` : `${node}${path}#${incarnation}`;
}
