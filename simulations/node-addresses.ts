/** Where the nodes of a virtual network are. */

/** For the media of a node's first core shard; each other has the next one. */
export const MEDIA_PORT = 7000;
/** Likewise for its relay links. */
export const RELAY_PORT = 7100;
/** Of a node that is alone in its world. */
export const LONE_NODE_ADDRESS = '10.0.0.1';

/** Of the node with this place among those of a cluster. */
export function addressOfNode(place: number): string {
  return `10.${place + 1}.0.1`;
}
