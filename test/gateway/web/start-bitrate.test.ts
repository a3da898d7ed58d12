import test from 'ava';

interface StartBitrate {
  withStartBitrate(sdp: string, bps: number): string;
}
const module = new URL('../../../gateway/web/public/start-bitrate.js', import.meta.url);
const { withStartBitrate }: StartBitrate = await import(module.href);

const lines = (...text: string[]) => `${text.join('\r\n')}\r\n`;
const audio = lines(
  'v=0',
  'm=audio 9 UDP/TLS/RTP/SAVPF 111',
  'a=rtpmap:111 opus/48000/2',
  'a=fmtp:111 useinbandfec=1',
);

test('each video codec gets it, in a line of its own where there is none; repair and sound do not', t => {
  const video = lines(
    'm=video 9 UDP/TLS/RTP/SAVPF 96 97 98 99 116',
    'a=rtpmap:96 VP8/90000',
    'a=rtcp-fb:96 nack',
    'a=rtpmap:97 rtx/90000',
    'a=fmtp:97 apt=96',
    'a=rtpmap:98 H264/90000',
    'a=fmtp:98 profile-level-id=42e01f;packetization-mode=1',
    'a=rtpmap:9 VP9/90000',
    'a=rtpmap:116 red/90000',
  );
  t.is(
    withStartBitrate(audio + video, 1_500_000),
    audio +
      lines(
        'm=video 9 UDP/TLS/RTP/SAVPF 96 97 98 99 116',
        'a=rtpmap:96 VP8/90000',
        'a=fmtp:96 x-google-start-bitrate=1500',
        'a=rtcp-fb:96 nack',
        'a=rtpmap:97 rtx/90000',
        'a=fmtp:97 apt=96',
        'a=rtpmap:98 H264/90000',
        'a=fmtp:98 profile-level-id=42e01f;packetization-mode=1;x-google-start-bitrate=1500',
        'a=rtpmap:9 VP9/90000',
        'a=fmtp:9 x-google-start-bitrate=1500',
        'a=rtpmap:116 red/90000',
      ),
  );
});

test('sound alone stays as it is', t => {
  t.is(withStartBitrate(audio, 1_500_000), audio);
});

test('sound after the video stays as it is, too', t => {
  const video = lines('m=video 9 UDP/TLS/RTP/SAVPF 96', 'a=rtpmap:96 VP8/90000');
  const after = lines('m=audio 9 UDP/TLS/RTP/SAVPF 96', 'a=rtpmap:96 opus/48000/2');
  t.true(withStartBitrate(video + after, 800_000).endsWith(after));
});
