/** What `zrtc status` reads of the API's answers. Fields that it does not name are let through, for `--json`. */
import * as z from 'zod';

const count = z.number();

const node = z.looseObject({
  node: z.string(),
  idc: z.string(),
  version: z.string(),
  uptimeSeconds: count,
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
    }),
  ),
});

const stream = z.looseObject({
  stream: z.string(),
  live: z.boolean(),
  viewers: count,
  tracks: z.array(z.looseObject({ kind: z.string(), codec: z.string().optional(), bitrateBps: count })),
});

export const nodesAnswer = z.object({ nodes: z.array(node) });
export const streamsAnswer = z.object({ streams: z.array(stream) });

export type NodeStatus = z.infer<typeof node>;
export type StreamStatus = z.infer<typeof stream>;
