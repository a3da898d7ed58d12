/** What WHIP and WHEP have in common in their POST: SDP in, a session's URL and SDP out. */
import type { Context } from 'koa';
import type { Opened } from '../../actors/protocol.ts';
import { parseStreamId, STREAM_ID_RULE } from '../../actors/stream-id.ts';
import { mediaType, readText } from '../http/body.ts';
import { problem } from '../http/problem.ts';

export const SDP_TYPE = 'application/sdp';
/** RFC 8840 section 9. */
export const FRAGMENT_TYPE = 'application/trickle-ice-sdpfrag';

/** The stream that the path names. Throws problem 404 when that cannot be one. */
export function streamOf(params: Readonly<Record<string, string>>): string {
  const stream = parseStreamId(params.stream ?? '');
  if (stream === undefined)
    throw problem(404, `A stream's name ${STREAM_ID_RULE}.`, { title: 'No such stream' });
  return stream;
}

/** The SDP in the body, empty when there is none. Throws problem 415 when the body is of another type. */
export async function readSdp(ctx: Context): Promise<string> {
  const sdp = await readText(ctx);
  if (sdp !== '' && mediaType(ctx) !== SDP_TYPE) {
    throw problem(415, `The Content-Type must be ${SDP_TYPE}.`, { headers: { 'Accept-Post': SDP_TYPE } });
  }
  return sdp;
}

/**
 * 201 with our answer (RFC 9725 section 4.2), or 406 with our counter-offer when the client left the offer to us (WHEP
 * draft 3). The client has 30 seconds for its answer, as the draft has it where no `valid-until` is given.
 */
export function answerOpened(ctx: Context, opened: Opened, location: string): void {
  ctx.set({ Location: location, ETag: `"${opened.etag}"`, 'Content-Type': SDP_TYPE });
  ctx.set('Accept-Patch', opened.role === 'viewer' ? `${FRAGMENT_TYPE}, ${SDP_TYPE}` : FRAGMENT_TYPE);
  ctx.body = opened.sdp;
  ctx.status = opened.sdpType === 'answer' ? 201 : 406;
}
