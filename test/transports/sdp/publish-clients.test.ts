import test from 'ava';
import { RTCPeerConnection } from 'werift';
import { answerPublisher } from '../../../transports/sdp/publish-answer.ts';
import { withPeer } from './native-peers.ts';
import { fixture, local, publishers } from './peers.ts';

for (const name of publishers) {
  test(`the offer of ${name} is taken, audio and video`, t => {
    const { media, remote } = answerPublisher(fixture(name), local);
    t.deepEqual(media.map(({ kind }) => kind).sort(), ['audio', 'video']);
    t.true(media.every(({ payloads }) => payloads.length > 0));
    t.is(remote.fingerprints.length, 1);
    t.is(remote.fingerprints[0]!.algorithm, 'sha-256');
  });
}

test("Chromium's offer in every value", t => {
  const { media, remote } = answerPublisher(fixture('chromium-publish'), local);
  t.deepEqual(remote.ice, { ufrag: 'QGx4', pwd: '2IAST0WW4BPj99eyaCm6x9gJ' });
  const [audio, video] = media;
  t.deepEqual(audio, {
    kind: 'audio',
    mid: '0',
    payloads: [{ payloadType: 111, codecId: 'opus' }],
    extensions: { mid: 4, audioLevel: 1, transportWideCc: 3 },
    ssrc: 3340881138,
    nack: false,
  });
  t.deepEqual(video?.extensions, { mid: 4, videoOrientation: 13, transportWideCc: 3 });
  t.is(video?.ssrc, 2184094126);
  t.is(video?.rtxSsrc, 1680869580);
  t.true(video?.nack);
  const codecs = video?.payloads.filter(({ apt }) => apt === undefined);
  t.deepEqual(
    codecs?.map(({ payloadType, codecId }) => `${payloadType} ${codecId}`),
    [
      '96 vp8',
      '102 h264/4200',
      '104 h264/4200',
      '108 h264/42e0',
      '114 h264/42e0',
      '116 h264/4d00',
      '39 h264/4d00',
      '45 av1/0',
      '98 vp9/0',
      '100 vp9/2',
    ],
  );
  t.deepEqual(
    video?.payloads.find(({ apt }) => apt === 108),
    { payloadType: 109, codecId: 'h264/42e0', apt: 108 },
  );
});

test('a bundle-only section has the transport of the first one', t => {
  const { media, remote } = answerPublisher(fixture('gstreamer-whipsink'), local);
  t.is(remote.ice.ufrag, 'Yl8mMZpBwJ6+3c0dM1s0bq5T2FrzlJ7u');
  t.deepEqual(
    media.map(({ mid, ssrc, rtxSsrc }) => ({ mid, ssrc, rtxSsrc })),
    [
      { mid: 'video0', ssrc: 3484078952, rtxSsrc: 1861034271 },
      { mid: 'audio1', ssrc: 1720431998, rtxSsrc: undefined },
    ],
  );
});

test('a transport that the session states counts for all sections', t => {
  const { remote } = answerPublisher(fixture('obs-whip'), local);
  t.deepEqual(remote.ice, { ufrag: 'jBuN', pwd: 'V8lhrvTWJzLMY2hTZrOAbE' });
});

test('libwebrtc takes our answer to its offer', async t => {
  await withPeer('libwebrtc', async ask => {
    const offer = await ask({ ask: 'offer', kinds: ['audio', 'video'], direction: 'sendonly' });
    const { sdp, media } = answerPublisher(offer, local);
    t.is(await ask({ ask: 'accept', sdp }), 'stable');
    t.is(media.length, 2);
  });
});

test("werift's offer is taken", async t => {
  const peer = new RTCPeerConnection({ iceServers: [] });
  peer.addTransceiver('audio', { direction: 'sendonly' });
  peer.addTransceiver('video', { direction: 'sendonly' });
  const offer = await peer.createOffer();
  await peer.close();
  t.deepEqual(
    answerPublisher(offer.sdp, local).media.map(({ payloads }) => payloads[0]),
    [
      { payloadType: 96, codecId: 'opus' },
      { payloadType: 98, codecId: 'vp8' },
    ],
  );
});
