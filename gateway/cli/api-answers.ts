/** What `zrtc status` reads of the API's answers. Fields that it does not name are let through, for `--json`. */
import * as z from 'zod';

const count = z.number();

const node = z.looseObject({
  node: z.string(),
  idc: z.string(),
  // Of the node that answers; of the others in its cluster less is known.
  version: z.string().optional(),
  uptimeSeconds: count.optional(),
  publishers: count,
  viewers: count,
  shards: z.array(
    z.looseObject({
      shard: count,
      state: z.string(),
      port: count.optional(),
      publishers: count.optional(),
      viewers: count.optional(),
      streams: count.optional(),
      utilisation: count.optional(),
      overloaded: z.boolean().optional(),
      packetsPerSecond: count.optional(),
    }),
  ),
});

const stream = z.looseObject({
  stream: z.string(),
  live: z.boolean(),
  viewers: count,
  // Absent where the answer is of a cluster.
  tracks: z
    .array(z.looseObject({ kind: z.string(), codec: z.string().optional(), bitrateBps: count }))
    .optional(),
});

export const nodesAnswer = z.object({ nodes: z.array(node) });
export const streamsAnswer = z.object({ streams: z.array(stream) });

export type NodeStatus = z.infer<typeof node>;
export type StreamStatus = z.infer<typeof stream>;
