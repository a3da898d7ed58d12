// @ts-check
/** Watching by WHEP (draft-ietf-wish-whep): we offer; a server that would rather offer itself answers 406. */
import { accepted, answer, offer } from './signalling.js';
import { sessionAt } from './whip.js';

/** A counter-offer, to be answered by PATCH. */
const NOT_ACCEPTABLE = 406;

/** @type {import('./signalling.js').Negotiate} */
export async function pull(peer, { stream, request }, signal) {
  peer.addTransceiver('audio', { direction: 'recvonly' });
  peer.addTransceiver('video', { direction: 'recvonly' });
  const body = await offer(peer);
  const path = `/whep/${encodeURIComponent(stream)}`;
  const type = 'application/sdp';
  const response = await request('POST', path, { type, body, signal, alsoGood: [NOT_ACCEPTABLE] });
  const session = sessionAt(response, request);
  const sdp = await response.text();
  if (response.status !== NOT_ACCEPTABLE) {
    return accepted(session, () => peer.setRemoteDescription({ type: 'answer', sdp }));
  }
  return accepted(session, async () => {
    await peer.setLocalDescription({ type: 'rollback' });
    const location = new URL(response.headers.get('location') ?? '', response.url).href;
    await request('PATCH', location, { type, body: await answer(peer, sdp), signal });
  });
}
