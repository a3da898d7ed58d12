import test, { type ExecutionContext } from 'ava';
import { SdpError } from '../../../transports/sdp/port.ts';
import { answerPublisher } from '../../../transports/sdp/publish-answer.ts';
import { edited, fixture, local } from './peers.ts';

const offer = fixture('chromium-publish');
const videoSection = offer.slice(offer.indexOf('m=video'));

/** An offer of which only the video section is changed. */
function videoEdited(pattern: RegExp, replacement = ''): string {
  return offer.slice(0, offer.indexOf('m=video')) + edited(videoSection, pattern, replacement);
}

function refused(t: ExecutionContext, sdp: string, status: 400 | 422, words: RegExp): void {
  const error = t.throws(() => answerPublisher(sdp, local), { instanceOf: SdpError, message: words });
  t.is(error?.status, status);
}

test('what is not SDP', t => {
  refused(t, '', 400, /not SDP.*"v=0"/);
  refused(t, '{"sdp": "v=0"}', 400, /not SDP/);
  refused(t, 'v=0\r\ns=-\r\n', 400, /no m-line/);
  refused(t, 'v=0\r\nm=what is this\r\n', 400, /^m-line 1 is not "m=<media> <port> <protocol> <formats>"/);
  refused(
    t,
    offer.replace('m=video 9 UDP/TLS/RTP/SAVPF 96', 'm=video 9 UDP/TLS/RTP/SAVPF 300'),
    400,
    /m-line 2 \(video\).*payload types/,
  );
});

test('more than is read', t => {
  refused(t, `v=0\r\n${'a'.repeat(70000)}`, 400, /70005 characters; at most 65536/);
  refused(t, `v=0${'\r\na=x'.repeat(3000)}`, 400, /3001 lines; at most 2000/);
  refused(t, `v=0\r\n${'m=audio 9 UDP/TLS/RTP/SAVPF 0\r\n'.repeat(17)}`, 422, /17 m-lines; at most 16/);
  refused(t, offer.replace(/(a=fingerprint.*\r\n)/, '$1'.repeat(9)), 400, /9 fingerprints; at most 8/);
});

test('mids that are missing, broken or shared', t => {
  refused(t, videoEdited(/^a=mid:1$/), 400, /^m-line 2 \(video\) has no a=mid/);
  refused(t, videoEdited(/^a=mid:1$/, 'a=mid:0'), 400, /m-line 2 \(video\) has the mid "0" of another/);
  refused(t, videoEdited(/^a=mid:1$/, 'a=mid:"1"'), 400, /m-line 2 \(video\).*not a token/);
  refused(t, videoEdited(/^a=mid:1$/, `a=mid:${'x'.repeat(17)}`), 400, /1 to 16 characters/);
});

test('media that a publisher does not send', t => {
  refused(t, fixture('chromium-data-channel'), 422, /^m-line 2 \(application\): only audio and video/);
  refused(
    t,
    offer + edited(videoSection, /^a=mid:1$/, 'a=mid:2'),
    422,
    /^m-line 3 \(video\).*one video track at most/,
  );
  refused(t, fixture('chromium-view'), 422, /^m-line 1 \(audio\) is recvonly; a publisher sends/);
  refused(t, videoEdited(/^a=sendonly$/, 'a=inactive'), 422, /^m-line 2 \(video\) is inactive/);
  refused(
    t,
    offer.replace('a=extmap-allow-mixed', 'a=recvonly').replaceAll('a=sendonly\r\n', ''),
    422,
    /m-line 1 \(audio\) is recvonly/,
  );
  refused(t, edited(offer, /^m=(\w+) 9 /, 'm=$1 0 '), 422, /all m-lines have port 0/);
});

test('codecs that cannot pass', t => {
  refused(
    t,
    videoEdited(/^a=rtpmap:(\d+) (?!rtx).*$/, 'a=rtpmap:$1 H265/90000'),
    422,
    /^m-line 2 \(video\) offers no codec that can pass \(VP8, VP9, H264, AV1\)/,
  );
  refused(
    t,
    offer.replace('opus/48000/2', 'opus/48000'),
    422,
    /^m-line 1 \(audio\) offers no codec that can pass \(opus\)/,
  );
});

test('transports that we do not do', t => {
  refused(
    t,
    videoEdited(/UDP\/TLS\/RTP\/SAVPF/, 'RTP/AVP'),
    422,
    /^m-line 2 \(video\) is RTP\/AVP; media has to be SRTP/,
  );
  refused(
    t,
    offer.replace('a=group:BUNDLE 0 1\r\n', ''),
    422,
    /^m-line 1 \(audio\) is not in the BUNDLE group/,
  );
  refused(t, offer.replace('BUNDLE 0 1', 'BUNDLE 0'), 422, /^m-line 2 \(video\) is not in the BUNDLE group/);
  refused(t, videoEdited(/^a=rtcp-mux$/), 422, /^m-line 2 \(video\) has no a=rtcp-mux/);
  refused(t, offer.replace('t=0 0', 't=0 0\r\na=ice-lite'), 422, /ICE-lite too/);
});

test('DTLS roles that leave nobody to begin', t => {
  refused(
    t,
    edited(offer, /^a=setup:actpass$/, 'a=setup:passive'),
    422,
    /a=setup:passive: this server waits .* the offer has to say a=setup:actpass or a=setup:active/,
  );
  refused(t, edited(offer, /^a=setup:actpass$/, 'a=setup:holdconn'), 422, /a=setup:holdconn/);
  refused(
    t,
    edited(offer, /^a=setup:actpass$/, 'a=setup:please'),
    400,
    /a=setup:please has no meaning in an offer/,
  );
});

test('ICE credentials that are missing or too short', t => {
  refused(t, edited(offer, /^a=ice-ufrag.*$/), 422, /no a=ice-ufrag with an a=ice-pwd/);
  refused(t, edited(offer, /^a=ice-pwd.*$/), 422, /no a=ice-ufrag with an a=ice-pwd/);
  refused(t, edited(offer, /^a=ice-ufrag.*$/, 'a=ice-ufrag:abc'), 400, /a=ice-ufrag has to be 4 to 256/);
  refused(t, edited(offer, /^a=ice-ufrag.*$/, 'a=ice-ufrag:a:bcd'), 400, /a=ice-ufrag has to be/);
  refused(t, edited(offer, /^a=ice-pwd.*$/, 'a=ice-pwd:short'), 400, /a=ice-pwd has to be 22 to 256/);
});

test('an all-digit user name fragment is text all the same', t => {
  const { remote } = answerPublisher(edited(offer, /^a=ice-ufrag.*$/, 'a=ice-ufrag:1234'), local);
  t.is(remote.ice.ufrag, '1234');
});

test('fingerprints that prove nothing', t => {
  refused(t, edited(offer, /^a=fingerprint.*$/), 422, /no a=fingerprint/);
  const sha1 = `a=fingerprint:sha-1 ${Array(20).fill('0A').join(':')}`;
  refused(t, edited(offer, /^a=fingerprint.*$/, sha1), 422, /made with sha-1; it has to be sha-256/);
  refused(
    t,
    edited(offer, /^a=fingerprint.*$/, 'a=fingerprint:sha-256 0A:0B'),
    400,
    /sha-256 fingerprint has not 32 bytes/,
  );
  refused(
    t,
    edited(offer, /^a=fingerprint.*$/, 'a=fingerprint:sha-256'),
    400,
    /not a hash function and hex bytes/,
  );
});
