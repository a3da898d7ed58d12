import test, { type ExecutionContext } from 'ava';
import { RTCPeerConnection } from 'werift';
import { SdpError } from '../../../transports/sdp/port.ts';
import { acceptViewerAnswer } from '../../../transports/sdp/view-answer.ts';
import { offerToViewer } from '../../../transports/sdp/view-offer.ts';
import { withPeer } from './native-peers.ts';
import { edited, local, ssrcs } from './peers.ts';

const { sdp: offer, layout } = offerToViewer(local, ssrcs, 'math-101');

/** What libwebrtc answers, once for all tests. */
const answered = withPeer('libwebrtc', ask => ask({ ask: 'answer', sdp: offer }));

test("libwebrtc's answer is taken in our numbers", async t => {
  const { remote, media } = acceptViewerAnswer(await answered, layout);
  t.regex(remote.ice.ufrag, /^.{4,}$/);
  t.is(remote.fingerprints[0]?.algorithm, 'sha-256');
  t.deepEqual(
    media.map(({ kind, mid, ssrc, rtxSsrc, nack }) => ({ kind, mid, ssrc, rtxSsrc, nack })),
    [
      { kind: 'audio', mid: '0', ssrc: 1001, rtxSsrc: 0, nack: false },
      { kind: 'video', mid: '1', ssrc: 4000000001, rtxSsrc: 2002, nack: true },
    ],
  );
  t.deepEqual(media[0]?.payloads, [{ codecId: 'opus', payloadType: 111 }]);
  t.deepEqual(media[1]?.payloads[0], { codecId: 'vp8', payloadType: 96, rtxPayloadType: 97 });
  t.deepEqual(media[1]?.extensions, { mid: 1, videoOrientation: 3, playoutDelay: 5 });
});

test("werift's answer is taken", async t => {
  const peer = new RTCPeerConnection({ iceServers: [] });
  await peer.setRemoteDescription({ type: 'offer', sdp: offer });
  const { media } = acceptViewerAnswer((await peer.createAnswer()).sdp, layout);
  await peer.close();
  t.deepEqual(
    media.map(({ kind, payloads }) => [kind, payloads[0]?.codecId]),
    [
      ['audio', 'opus'],
      ['video', 'vp8'],
    ],
  );
});

test("libdatachannel's answer is taken", async t => {
  const answer = await withPeer('libdatachannel', ask => ask({ ask: 'answer', sdp: offer }));
  const { media } = acceptViewerAnswer(answer, layout);
  t.deepEqual(
    media.map(({ payloads }) => payloads.length),
    [1, 8],
  );
});

test('sections that the viewer turns down are left out', async t => {
  const kinds = (sdp: string) => acceptViewerAnswer(sdp, layout).media.map(({ kind }) => kind);
  const answer = await answered;
  t.deepEqual(kinds(edited(answer, /^m=audio 9 /, 'm=audio 0 ')), ['video']);
  const [session, audio, video] = answer.split(/(?=m=)/) as [string, string, string];
  t.deepEqual(kinds(session + audio + video.replace('a=recvonly', 'a=inactive')), ['audio']);
});

test('payload types are those that the answer gives, and codecs only what it keeps', async t => {
  const answer = await answered;
  const [session, audio, video] = answer.split(/(?=m=)/) as [string, string, string];
  const renumbered = video
    .replace(/^m=video (\d+) (\S+) .*$/m, 'm=video $1 $2 120 121 45')
    .replace(/^a=(?:rtpmap|fmtp|rtcp-fb):.*\r\n/gm, '')
    .concat(
      'a=rtpmap:120 VP8/90000\r\na=rtpmap:121 rtx/90000\r\na=fmtp:121 apt=120\r\na=rtpmap:45 VP9/90000\r\n',
    );
  const { media } = acceptViewerAnswer(session + audio + renumbered, layout);
  t.deepEqual(media[1]?.payloads, [
    { codecId: 'vp8', payloadType: 120, rtxPayloadType: 121 },
    { codecId: 'vp9/0', payloadType: 45 },
  ]);
  t.false(media[1]?.nack);
});

test('an answer without fmtp lines means those of the offer', async t => {
  const [session, audio, video] = (await answered).split(/(?=m=)/) as [string, string, string];
  const h264 = video
    .replace(/^m=video (\d+) (\S+) .*$/m, 'm=video $1 $2 102 106')
    .replace(/^a=(?:rtpmap|fmtp|rtcp-fb):.*\r\n/gm, '')
    .concat('a=rtpmap:102 H264/90000\r\na=rtpmap:106 H264/90000\r\n');
  t.deepEqual(
    acceptViewerAnswer(session + audio + h264, layout).media[1]?.payloads.map(({ codecId }) => codecId),
    ['h264/42e0', 'h264/4d00'],
  );
});

test('answers that do not fit are refused in words', async t => {
  const answer = await answered;
  const [session, audio, video] = answer.split(/(?=m=)/) as [string, string, string];
  refused(t, session + audio, 400, /answer has 1 m-lines and the offer 2/);
  refused(t, answer + video.replace('a=mid:1', 'a=mid:2'), 400, /answer has 3 m-lines/);
  refused(t, session + video + audio, 400, /^m-line 1 \(video\) of the answer is audio in the offer/);
  refused(
    t,
    answer.replace('a=mid:1', 'a=mid:9'),
    400,
    /m-line 2 \(video\) has the mid "9"; in the offer it is "1"/,
  );
  refused(t, edited(answer, /^m=(\w+) 9 /, 'm=$1 0 '), 422, /takes neither audio nor video/);
  refused(t, edited(answer, /^a=recvonly$/, 'a=sendonly'), 422, /takes neither audio nor video/);
  refused(
    t,
    edited(answer, /^a=setup:active$/, 'a=setup:passive'),
    422,
    /the answer has to say a=setup:active/,
  );
  refused(
    t,
    edited(answer, /^a=setup:active$/, 'a=setup:actpass'),
    400,
    /actpass has no meaning in an answer/,
  );
  refused(t, edited(answer, /^a=ice-ufrag.*$/), 422, /no a=ice-ufrag/);
  refused(t, edited(answer, /^a=fingerprint.*$/), 422, /no a=fingerprint/);
  refused(t, edited(answer, /SAVPF/, 'AVPF'), 422, /m-line 1 \(audio\) is UDP\/TLS\/RTP\/AVPF/);
  refused(
    t,
    edited(answer, /opus/, 'speex'),
    422,
    /m-line 1 \(audio\) of the answer takes none of the codecs/,
  );
});

function refused(t: ExecutionContext, sdp: string, status: 400 | 422, words: RegExp): void {
  const error = t.throws(() => acceptViewerAnswer(sdp, layout), { instanceOf: SdpError, message: words });
  t.is(error?.status, status);
}
