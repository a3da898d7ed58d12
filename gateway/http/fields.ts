/** The fields of JSON bodies, each with its words for what is wrong. */
import { z } from 'zod';
import { MEASURED_MAX, RTT_MAX_MS } from '../../actors/scheduler/measured-ways.ts';
import { parseStreamId, STREAM_ID_RULE } from '../../actors/stream-id.ts';
import { NAME_MAX_LENGTH } from '../../transports/name-length.ts';

/** A user's id is the school's own and opaque to us, but it is put in logs and on the dashboard. */
const UID_MAX_LENGTH = 128;

const text = z.string({ error: issue => (issue.input === undefined ? 'is missing' : 'must be a string') });

export const streamField = text.refine(value => parseStreamId(value) !== undefined, {
  error: STREAM_ID_RULE,
});
export const sdpField = text.min(1, { error: 'is empty' });
export const sessionField = text.min(1, { error: 'is empty' });
export const encryptionField = z.boolean({ error: 'must be true or false' });
export const uidField = text.refine(
  // Control characters, line breaks among them, would forge log lines.
  value => value.length >= 1 && value.length <= UID_MAX_LENGTH && !/\p{C}/u.test(value),
  { error: `must be 1 to ${UID_MAX_LENGTH} printable characters` },
);

/** Round trips that a client has measured, as the scheduler takes them. */
export const measuredField = z
  .array(
    z.object(
      {
        site: text.min(1, { error: 'is empty' }).max(NAME_MAX_LENGTH, { error: 'is too long' }),
        rttMs: z
          .number({ error: 'must be a number' })
          .min(0, { error: 'must not be negative' })
          .max(RTT_MAX_MS, { error: `must be at most ${RTT_MAX_MS}` }),
      },
      { error: 'must be an object' },
    ),
    { error: 'must be a list' },
  )
  .max(MEASURED_MAX, { error: `must be at most ${MEASURED_MAX} sites` });

/** An object of `shape`; keys that it does not name are ignored, so that newer clients can talk to older nodes. */
export function body<Shape extends z.ZodRawShape>(shape: Shape) {
  return z.object(shape, { error: 'must be a JSON object' });
}
