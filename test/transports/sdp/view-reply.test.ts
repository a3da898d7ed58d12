import test, { type ExecutionContext } from 'ava';
import { SdpError } from '../../../transports/sdp/port.ts';
import { answerViewer } from '../../../transports/sdp/view-reply.ts';
import { withPeer } from './native-peers.ts';
import { edited, fixture, local, sectionOf, ssrcs, viewers } from './peers.ts';

const offer = fixture('chromium-view');
const [session, audio, video] = offer.split(/(?=m=)/) as [string, string, string];
const reply = (sdp: string) => answerViewer(sdp, local, ssrcs, 'math-101');

for (const name of viewers) {
  test(`the offer of ${name} is answered with audio and video`, t => {
    const { media, sdp } = reply(fixture(name));
    t.deepEqual(
      media.map(({ kind, ssrc, rtxSsrc }) => [kind, ssrc, rtxSsrc]),
      [
        ['audio', 1001, 0],
        ['video', 4000000001, 2002],
      ],
    );
    for (const index of [1, 2]) {
      const lines = sectionOf(sdp, index);
      t.true(lines.includes('a=sendonly'));
      t.true(lines.includes('a=setup:passive'));
      t.true(lines.some(line => line.startsWith('a=msid:math-101 ')));
    }
    t.true(sectionOf(sdp, 2).includes('a=ssrc-group:FID 4000000001 2002'));
  });
}

test("the viewer's payload types and extension ids are used, each codec once", t => {
  const { media, sdp } = reply(fixture('firefox-view'));
  t.deepEqual(media[1], {
    kind: 'video',
    mid: '1',
    ssrc: 4000000001,
    rtxSsrc: 2002,
    payloads: [
      { codecId: 'vp8', payloadType: 120, rtxPayloadType: 124 },
      { codecId: 'vp9/0', payloadType: 121, rtxPayloadType: 125 },
      { codecId: 'h264/42e0', payloadType: 126, rtxPayloadType: 127 },
    ],
    extensions: { mid: 3, playoutDelay: 6 },
    nack: true,
  });
  t.is(sectionOf(sdp, 2)[0], 'm=video 40007 UDP/TLS/RTP/SAVPF 120 124 121 125 126 127');
  t.notRegex(sdp, /transport-cc|goog-remb/);
});

test('reduced-size RTCP is answered to those who offer it, and only them', t => {
  t.regex(reply(offer).sdp, /a=rtcp-rsize/);
  t.notRegex(reply(edited(offer, /^a=rtcp-rsize$/)).sdp, /rtcp-rsize/);
});

test('libwebrtc takes our answer, with what we turned down', async t => {
  await withPeer('libwebrtc', async ask => {
    const offer = await ask({ ask: 'offer', kinds: ['video', 'audio', 'video'], direction: 'recvonly' });
    const { sdp, media } = reply(offer);
    t.is(await ask({ ask: 'accept', sdp }), 'stable');
    t.deepEqual(
      media.map(({ mid }) => mid),
      ['0', '1'],
    );
    t.regex(sectionOf(sdp, 3)[0]!, /^m=video 0 /);
  });
});

test('sections that nothing can be sent to are turned down one by one', t => {
  const channel = fixture('chromium-data-channel');
  const application = channel.slice(channel.indexOf('m=application')).replace('a=mid:1', 'a=mid:2');
  const { sdp, media } = reply(session.replace('BUNDLE 0 1', 'BUNDLE 0 1 2') + audio + video + application);
  t.is(media.length, 2);
  t.is(sectionOf(sdp, 3)[0], 'm=application 0 UDP/DTLS/SCTP webrtc-datachannel');
  t.true(sectionOf(sdp, 3).includes('a=mid:2'));
  t.true(sectionOf(sdp, 0).includes('a=group:BUNDLE 0 1'));
});

test('the first section that fits is taken, past one that does not', t => {
  const sends = video.replace('a=recvonly', 'a=sendonly');
  const fits = video.replace('a=mid:1', 'a=mid:2').replace('a=recvonly', 'a=sendrecv');
  const { sdp, media } = reply(session.replace('BUNDLE 0 1', 'BUNDLE 0 1 2') + audio + sends + fits);
  t.deepEqual(
    media.map(({ mid }) => mid),
    ['0', '2'],
  );
  t.regex(sectionOf(sdp, 2)[0]!, /^m=video 0 /);
  t.true(sectionOf(sdp, 0).includes('a=group:BUNDLE 0 2'));
});

test('offers to which nothing can be sent are refused, section by section', t => {
  refused(t, fixture('chromium-publish'), /m-line 1 \(audio\) is sendonly.*; m-line 2 \(video\) is sendonly/);
  refused(t, edited(offer, /^a=recvonly$/, 'a=inactive'), /m-line 1 \(audio\) is inactive/);
  refused(
    t,
    edited(offer, /^a=rtpmap:(\d+) .*$/, 'a=rtpmap:$1 x/8000'),
    /m-line 1 \(audio\) offers no codec that can pass \(opus\)/,
  );
  refused(t, edited(offer, /^m=(\w+) 9 /, 'm=$1 0 '), /m-line 2 \(video\) has port 0/);
  refused(t, edited(offer, /SAVPF/, 'AVP'), /m-line 1 \(audio\) is UDP\/TLS\/RTP\/AVP/);
  refused(t, edited(offer, /^a=setup:actpass$/, 'a=setup:passive'), /the offer has to say a=setup:actpass/);
});

function refused(t: ExecutionContext, sdp: string, words: RegExp): void {
  const error = t.throws(() => reply(sdp), { instanceOf: SdpError, message: words });
  t.is(error?.status, 422);
}
