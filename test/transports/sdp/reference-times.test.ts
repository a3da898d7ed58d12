import test from 'ava';
import { publisherOffer } from '../../../simulations/client-sdp.ts';
import { identityFingerprint } from '../../../simulations/identity-security.ts';
import { answerPublisher } from '../../../transports/sdp/publish-answer.ts';

const ice = { ufrag: 'abcd', pwd: 'abcdefghijklmnopqrstuvwx' };
const local = { ice, fingerprint: identityFingerprint, candidates: [{ address: '10.0.0.1', port: 7000 }] };
const offer = publisherOffer(ice, { audio: 1, video: 2, videoRtx: 3 });

function rrtrLines(sdp: string): string[] {
  return sdp.split('\r\n').filter(line => line.endsWith(' rrtr'));
}

test('reference times of the receiver are answered where they are offered, for all payload types or for one', t => {
  t.deepEqual(rrtrLines(answerPublisher(offer, local).sdp), []);
  const forAll = offer.replaceAll('a=rtcp-mux', 'a=rtcp-mux\r\na=rtcp-fb:* rrtr');
  t.deepEqual(rrtrLines(answerPublisher(forAll, local).sdp), ['a=rtcp-fb:111 rrtr', 'a=rtcp-fb:96 rrtr']);
  const forVideo = offer.replace('a=rtcp-fb:96 nack pli', 'a=rtcp-fb:96 nack pli\r\na=rtcp-fb:96 rrtr');
  t.deepEqual(rrtrLines(answerPublisher(forVideo, local).sdp), ['a=rtcp-fb:96 rrtr']);
});
