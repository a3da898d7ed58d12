import test from 'ava';
import { withoutRepairs } from '../../../simulations/bench/without-repairs.ts';

function sdp(...lines: readonly string[]): string {
  return lines.map(line => `${line}\r\n`).join('');
}

const offer = sdp(
  'v=0',
  'm=audio 9 UDP/TLS/RTP/SAVPF 111 0',
  'a=rtpmap:111 opus/48000/2',
  'a=rtcp-fb:111 transport-cc',
  'a=rtcp-fb:111 nack',
  'm=video 9 UDP/TLS/RTP/SAVPF 96 97 98 99',
  'a=mid:1',
  'a=rtpmap:96 VP8/90000',
  'a=rtcp-fb:96 nack',
  'a=rtcp-fb:96 nack pli',
  'a=rtpmap:97 rtx/90000',
  'a=fmtp:97 apt=96',
  'a=rtpmap:98 VP9/90000',
  'a=rtcp-fb:98 nack',
  'a=fmtp:98 profile-id=0',
  'a=rtpmap:99 rtx/90000',
  'a=fmtp:99 apt=98',
);

test('no NACK and no retransmissions are left; all else is as it was, requests for keyframes among it', t => {
  t.is(
    withoutRepairs(offer),
    sdp(
      'v=0',
      'm=audio 9 UDP/TLS/RTP/SAVPF 111 0',
      'a=rtpmap:111 opus/48000/2',
      'a=rtcp-fb:111 transport-cc',
      'm=video 9 UDP/TLS/RTP/SAVPF 96 98',
      'a=mid:1',
      'a=rtpmap:96 VP8/90000',
      'a=rtcp-fb:96 nack pli',
      'a=rtpmap:98 VP9/90000',
      'a=fmtp:98 profile-id=0',
    ),
  );
});

test('a description without either stays as it is', t => {
  const bare = withoutRepairs(offer);
  t.is(withoutRepairs(bare), bare);
});
