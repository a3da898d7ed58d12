import test, { type ExecutionContext } from 'ava';
import { viewerAnswer } from '../../../simulations/client-sdp.ts';
import { SdpError } from '../../../transports/sdp/port.ts';
import { acceptViewerAnswer } from '../../../transports/sdp/view-answer.ts';
import { offerToViewer, writeOffer } from '../../../transports/sdp/view-offer.ts';
import { edited, local, sectionOf, ssrcs } from './peers.ts';

const { fingerprint, ...plain } = local;
const encrypted = offerToViewer(local, ssrcs, 'math-101');
const { sdp: offer, layout } = offerToViewer(plain, ssrcs, 'math-101');
const ice = { ufrag: 'Cl1t', pwd: 'b0123456789012345678901234' };
const answer = viewerAnswer(ice, offer, 'none');

test('an offer of plain RTP is the one of SRTP but for the profile, the certificate and the DTLS role', t => {
  t.is(sectionOf(offer, 1)[0], 'm=audio 40007 RTP/AVPF 111');
  t.regex(sectionOf(offer, 2)[0]!, /^m=video 40007 RTP\/AVPF 96 97 /);
  t.notRegex(offer, /^a=(fingerprint|setup)/m);
  const rest = encrypted.sdp
    .replaceAll('UDP/TLS/RTP/SAVPF', 'RTP/AVPF')
    .replaceAll(/^a=(?:fingerprint|setup):.*\r\n/gm, '');
  t.is(offer, rest);
  t.deepEqual(layout, encrypted.layout);
});

test('offers of both kinds, one after the other, are each their own', t => {
  for (const own of [local, plain, local, plain, plain, local])
    t.is(offerToViewer(own, ssrcs, 'math-101').sdp, writeOffer({ local: own, ssrcs, streamId: 'math-101' }));
});

test('an answer of plain RTP is taken, and promises no certificate', t => {
  const { remote, media } = acceptViewerAnswer(answer, layout, true);
  t.deepEqual(remote, { ice, fingerprints: [] });
  t.deepEqual(
    media.map(({ kind, ssrc, nack }) => ({ kind, ssrc, nack })),
    [
      { kind: 'audio', ssrc: 1001, nack: true },
      { kind: 'video', ssrc: 4000000001, nack: true },
    ],
  );
});

test('an encrypted answer to a plain offer is refused in words', t => {
  const secure = viewerAnswer(ice, encrypted.sdp, fingerprint);
  refused(t, secure, true, /^m-line 1 \(audio\) is UDP\/TLS\/RTP\/SAVPF; the offer is of plain RTP/);
  refused(t, edited(answer, /RTP\/AVPF/, 'RTP/SAVPF'), true, /is RTP\/SAVPF; .*\(RTP\/AVPF\)$/);
  refused(t, edited(answer, /RTP\/AVPF/, 'RTP/AVP'), true, /is RTP\/AVP; /);
  const promised = `a=fingerprint:${fingerprint.algorithm} ${fingerprint.value}`;
  for (const place of [/^(a=mid:1)$/, /^(t=0 0)$/])
    refused(t, edited(answer, place, `$1\r\n${promised}`), true, /has an a=fingerprint, but .* plain RTP/);
});

test('a plain answer to an encrypted offer is refused in words', t => {
  refused(t, answer, false, /^m-line 1 \(audio\) is RTP\/AVPF; media has to be SRTP/);
  const posing = edited(answer, /RTP\/AVPF/, 'UDP/TLS/RTP/SAVPF');
  refused(t, posing, false, /there is no a=fingerprint: media has to be encrypted/);
});

test('what else an answer needs, a plain one needs too', t => {
  refused(t, edited(answer, /^a=ice-ufrag.*$/), true, /no a=ice-ufrag/);
  refused(t, edited(answer, /^a=rtcp-mux$/), true, /no a=rtcp-mux/);
  refused(t, edited(answer, /^a=group.*$/), true, /not in the BUNDLE group/);
});

function refused(t: ExecutionContext, sdp: string, isPlain: boolean, words: RegExp): void {
  const error = t.throws(() => acceptViewerAnswer(sdp, layout, isPlain), {
    instanceOf: SdpError,
    message: words,
  });
  t.is(error?.status, 422);
}
