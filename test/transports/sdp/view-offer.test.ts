import test from 'ava';
import { codecs } from '../../../transports/rtp/codec.ts';
import { offerToViewer } from '../../../transports/sdp/view-offer.ts';
import { local, sectionOf, ssrcs } from './peers.ts';

const { sdp, layout } = offerToViewer(local, ssrcs, 'math-101');

test('the offer has audio and video with our own numbers, whatever the stream has now', t => {
  t.true(sectionOf(sdp, 0).includes('a=group:BUNDLE 0 1'));
  t.true(sectionOf(sdp, 0).includes('a=ice-lite'));
  t.is(sectionOf(sdp, 1)[0], 'm=audio 40007 UDP/TLS/RTP/SAVPF 111');
  t.is(
    sectionOf(sdp, 2)[0],
    'm=video 40007 UDP/TLS/RTP/SAVPF 96 97 98 99 100 101 102 103 104 105 106 107 108 109 112 113',
  );
  for (const index of [1, 2]) {
    const lines = sectionOf(sdp, index);
    for (const line of [
      'a=setup:actpass',
      'a=sendonly',
      `a=mid:${index - 1}`,
      'a=rtcp-mux',
      'a=end-of-candidates',
    ]) {
      t.true(lines.includes(line), `section ${index}: ${line}`);
    }
  }
  for (const codec of codecs) {
    const lines = sectionOf(sdp, codec.kind === 'audio' ? 1 : 2);
    const rtpmap = `a=rtpmap:${codec.payloadType} ${codec.name}/${codec.clockRate}${codec.channels ? '/2' : ''}`;
    t.true(lines.includes(rtpmap), rtpmap);
    if (codec.fmtp) t.true(lines.includes(`a=fmtp:${codec.payloadType} ${codec.fmtp}`), codec.id);
    if (codec.rtxPayloadType)
      t.true(lines.includes(`a=fmtp:${codec.rtxPayloadType} apt=${codec.payloadType}`));
  }
});

test('extensions and feedback are those that viewers need, and none for bandwidth estimation', t => {
  const linesOf = (index: number, start: string) =>
    sectionOf(sdp, index)
      .filter(line => line.startsWith(start))
      .sort();
  t.deepEqual(linesOf(1, 'a=extmap'), [
    'a=extmap:1 urn:ietf:params:rtp-hdrext:sdes:mid',
    'a=extmap:2 urn:ietf:params:rtp-hdrext:ssrc-audio-level',
  ]);
  t.deepEqual(linesOf(2, 'a=extmap'), [
    'a=extmap:1 urn:ietf:params:rtp-hdrext:sdes:mid',
    'a=extmap:3 urn:3gpp:video-orientation',
    'a=extmap:5 http://www.webrtc.org/experiments/rtp-hdrext/playout-delay',
  ]);
  t.deepEqual(linesOf(2, 'a=rtcp-fb:96'), [
    'a=rtcp-fb:96 ccm fir',
    'a=rtcp-fb:96 nack',
    'a=rtcp-fb:96 nack pli',
  ]);
  t.notRegex(sdp, /transport-cc|transport-wide|goog-remb/);
});

test('the sources are named, audio and video of one stream', t => {
  const audio = sectionOf(sdp, 1);
  const video = sectionOf(sdp, 2);
  t.true(audio.includes('a=ssrc:1001 cname:class-7'));
  t.true(audio.includes('a=msid:math-101 audio'));
  t.true(video.includes('a=msid:math-101 video'));
  t.true(video.includes('a=ssrc-group:FID 4000000001 2002'));
  t.true(video.includes('a=ssrc:4000000001 cname:class-7'));
  t.true(video.includes('a=ssrc:2002 msid:math-101 video'));
});

test('a stream id cannot break out of its line', t => {
  const offer = offerToViewer(local, ssrcs, `a b\r\na=evil:${'x'.repeat(100)}`).sdp;
  t.notRegex(offer, /^a=evil/m);
  const msid = /^a=msid:(\S+) audio$/m.exec(offer.replaceAll('\r', ''));
  t.is(msid?.[1]?.length, 64);
});

test('the layout says what was offered', t => {
  t.deepEqual(layout[0], {
    kind: 'audio',
    mid: '0',
    ssrc: 1001,
    rtxSsrc: 0,
    payloads: [{ codecId: 'opus', payloadType: 111 }],
    extensions: { mid: 1, audioLevel: 2 },
    nack: true,
  });
  t.is(layout[1]?.payloads.length, 8);
  t.deepEqual(layout[1]?.payloads[0], { codecId: 'vp8', payloadType: 96, rtxPayloadType: 97 });
});

test('a first candidate of IPv6 is the default address as such', t => {
  const candidates = [{ address: '2001:db8::7', port: 7001 }];
  t.regex(offerToViewer({ ...local, candidates }, ssrcs, 's').sdp, /^c=IN IP6 2001:db8::7\r$/m);
});
