import test from 'ava';
import { parse } from 'sdp-transform';
import { answerPublisher } from '../../../transports/sdp/publish-answer.ts';
import { edited, fixture, local, sectionOf } from './peers.ts';

test('the answer is ICE-lite, passive, recvonly, bundled, and complete in its candidates', t => {
  const { sdp } = answerPublisher(fixture('chromium-publish'), local);
  const session = sectionOf(sdp, 0);
  t.is(session[0], 'v=0');
  t.regex(session[1]!, /^o=- \d+ 0 IN IP4 127\.0\.0\.1$/);
  t.true(session.includes('a=ice-lite'));
  t.true(session.includes('a=group:BUNDLE 0 1'));
  for (const index of [1, 2]) {
    const lines = sectionOf(sdp, index);
    for (const line of [
      'c=IN IP4 127.0.0.1',
      'a=setup:passive',
      'a=recvonly',
      'a=rtcp-mux',
      'a=rtcp-rsize',
      'a=ice-ufrag:Zr4u',
      'a=ice-pwd:a0123456789012345678901234',
      `a=fingerprint:sha-256 ${local.fingerprint.value}`,
      'a=candidate:1 1 udp 2130706431 127.0.0.1 40007 typ host',
      'a=candidate:2 1 udp 2130706175 ::1 40007 typ host',
      'a=end-of-candidates',
    ]) {
      t.true(lines.includes(line), `section ${index}: ${line}`);
    }
  }
  t.true(sdp.endsWith('\r\n'));
});

test("the offerer's payload types and extension ids stay, and only what we use", t => {
  const { sdp } = answerPublisher(fixture('firefox-publish'), local);
  const [audio, video] = [sectionOf(sdp, 1), sectionOf(sdp, 2)];
  t.is(audio[0], 'm=audio 40007 UDP/TLS/RTP/SAVPF 109');
  t.is(video[0], 'm=video 40007 UDP/TLS/RTP/SAVPF 120 124 121 125 126 127 97 98');
  t.true(audio.includes('a=fmtp:109 minptime=10;useinbandfec=1;stereo=1;maxplaybackrate=48000'));
  t.true(video.includes('a=fmtp:126 level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42e01f'));
  t.true(video.includes('a=fmtp:127 apt=126'));
  t.deepEqual(
    video.filter(line => line.startsWith('a=rtcp-fb:120')),
    ['a=rtcp-fb:120 transport-cc', 'a=rtcp-fb:120 nack', 'a=rtcp-fb:120 nack pli', 'a=rtcp-fb:120 ccm fir'],
  );
  t.deepEqual(video.filter(line => line.startsWith('a=extmap')).sort(), [
    'a=extmap:3 urn:ietf:params:rtp-hdrext:sdes:mid',
    'a=extmap:7 http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01',
  ]);
});

test('feedback is not answered where it was not offered', t => {
  const lines = sectionOf(answerPublisher(fixture('obs-whip'), local).sdp, 2);
  t.deepEqual(
    lines.filter(line => line.startsWith('a=rtcp-fb')),
    ['a=rtcp-fb:96 nack', 'a=rtcp-fb:96 nack pli'],
  );
});

test('reduced-size RTCP is answered to those who offer it, and only them', t => {
  t.notRegex(answerPublisher(fixture('obs-whip'), local).sdp, /rtcp-rsize/);
  const offer = edited(fixture('obs-whip'), /^m=video .*$/, '$&\r\na=rtcp-rsize');
  t.deepEqual(
    [1, 2].map(index => sectionOf(answerPublisher(offer, local).sdp, index).includes('a=rtcp-rsize')),
    [false, true],
  );
  const none = edited(fixture('chromium-publish'), /^a=rtcp-rsize$/);
  t.notRegex(answerPublisher(none, local).sdp, /rtcp-rsize/);
});

test('feedback for all payload types at once counts for each', t => {
  const offer = edited(fixture('chromium-publish'), /^a=rtcp-fb:111 transport-cc$/, 'a=rtcp-fb:* nack');
  const { media, sdp } = answerPublisher(offer, local);
  t.true(media[0]?.nack);
  t.true(sectionOf(sdp, 1).includes('a=rtcp-fb:111 nack'));
});

test('simulcast is not taken up', t => {
  const { sdp, media } = answerPublisher(fixture('chromium-simulcast'), local);
  t.notRegex(sdp, /simulcast|a=rid|stream-id/);
  t.is(media[1]?.ssrc, undefined, 'a simulcast offer announces no SSRC');
});

test('a lone section needs no BUNDLE group, and gets none', t => {
  const [session, audio] = fixture('chromium-publish').split(/(?=m=)/);
  const { sdp, media } = answerPublisher(`${session!.replace(/a=group.*\r\n/, '')}${audio}`, local);
  t.is(media.length, 1);
  t.notRegex(sdp, /a=group/);
});

test('a section at port 0 was not offered, and stays so', t => {
  const { sdp, media } = answerPublisher(
    edited(fixture('chromium-publish'), /^m=audio 9 /, 'm=audio 0 '),
    local,
  );
  t.deepEqual(
    media.map(({ kind }) => kind),
    ['video'],
  );
  t.regex(sectionOf(sdp, 1)[0]!, /^m=audio 0 /);
  t.true(sectionOf(sdp, 0).includes('a=group:BUNDLE 1'));
});

test('all fingerprints of a trusted hash are kept, and the others left', t => {
  const offer = edited(
    fixture('chromium-publish'),
    /^(a=fingerprint:sha-256 .*)$/,
    `a=fingerprint:sha-1 ${Array(20).fill('0A').join(':')}\r\n$1\r\na=fingerprint:SHA-512 ${Array(64).fill('ab').join(':')}`,
  );
  const { fingerprints } = answerPublisher(offer, local).remote;
  t.deepEqual(
    fingerprints.map(({ algorithm }) => algorithm),
    ['sha-256', 'sha-512'],
  );
  t.is(fingerprints[1]!.value, Array(64).fill('AB').join(':'));
});

test('an offer that is active, or says nothing of it, is answered as passive', t => {
  const offer = fixture('chromium-publish');
  for (const sdp of [edited(offer, /^a=setup:actpass$/, 'a=setup:active'), edited(offer, /^a=setup.*$/)]) {
    t.regex(answerPublisher(sdp, local).sdp, /a=setup:passive/);
  }
});

test('sendrecv is answered as recvonly, also where it is not said', t => {
  const offer = fixture('chromium-publish');
  for (const sdp of [edited(offer, /^a=sendonly$/, 'a=sendrecv'), edited(offer, /^a=sendonly$/)]) {
    t.regex(answerPublisher(sdp, local).sdp, /a=recvonly/);
  }
});

test('the session id is a number that follows the ICE user name', t => {
  const id = (ufrag: string) =>
    answerPublisher(fixture('obs-whip'), { ...local, ice: { ...local.ice, ufrag } }).sdp.split(' ')[1]!;
  t.is(id('aaaa'), id('aaaa'));
  t.not(id('aaaa'), id('aaab'));
  t.true(BigInt(id('aaaa')) < 2n ** 62n);
});

test('the answer reads back with the grammar as it was written', t => {
  const { sdp } = answerPublisher(fixture('safari-publish'), local);
  const { media } = parse(sdp);
  t.deepEqual(
    media.map(({ type, rtp, candidates }) => [type, rtp.length > 0, candidates?.length]),
    [
      ['audio', true, 2],
      ['video', true, 2],
    ],
  );
});
