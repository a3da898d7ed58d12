import test from 'ava';

interface Opus {
  withOpusRepair(sdp: string): string;
  offersOpusNack(sdp: string): boolean;
}
const module = new URL('../../../gateway/web/public/opus.js', import.meta.url);
const { withOpusRepair, offersOpusNack }: Opus = await import(module.href);

const lines = (...text: string[]) => `${text.join('\r\n')}\r\n`;
const plain = lines(
  'm=audio 9 UDP/TLS/RTP/SAVPF 111 0',
  'a=rtpmap:111 opus/48000/2',
  'a=rtcp-fb:111 transport-cc',
  'a=fmtp:111 minptime=10;useinbandfec=1',
  'a=rtpmap:0 PCMU/8000',
);

test('NACK is asked for on the Opus payload type and on no other', t => {
  t.is(
    withOpusRepair(plain),
    lines(
      'm=audio 9 UDP/TLS/RTP/SAVPF 111 0',
      'a=rtpmap:111 opus/48000/2',
      'a=rtcp-fb:111 nack',
      'a=rtcp-fb:111 transport-cc',
      'a=fmtp:111 minptime=10;useinbandfec=1',
      'a=rtpmap:0 PCMU/8000',
    ),
  );
});

test('asking twice changes nothing more', t => {
  t.is(withOpusRepair(withOpusRepair(plain)), withOpusRepair(plain));
});

test('forward error correction is asked for where it was not', t => {
  const without = plain.replace(';useinbandfec=1', '');
  t.is(withOpusRepair(without), withOpusRepair(plain));
  const noFormat = lines('a=rtpmap:96 opus/48000/2');
  t.is(
    withOpusRepair(noFormat),
    lines('a=rtpmap:96 opus/48000/2', 'a=rtcp-fb:96 nack', 'a=fmtp:96 minptime=10;useinbandfec=1'),
  );
});

test('the payload type 11 is not taken for 111', t => {
  const two = `${plain}${lines('a=rtpmap:11 opus/48000/2', 'a=fmtp:11 useinbandfec=1')}`;
  const repaired = withOpusRepair(two);
  t.is(repaired.match(/^a=rtcp-fb:111 nack/gm)?.length, 1);
  t.is(repaired.match(/^a=rtcp-fb:11 nack/gm)?.length, 1);
});

test('a description without Opus stays as it is', t => {
  const other = lines('m=audio 9 UDP/TLS/RTP/SAVPF 0', 'a=rtpmap:0 PCMU/8000');
  t.is(withOpusRepair(other), other);
});

test('it is known whether the other side has NACK for Opus', t => {
  t.false(offersOpusNack(plain));
  t.true(offersOpusNack(withOpusRepair(plain)));
  t.false(offersOpusNack(plain.replace('transport-cc', 'nack pli')));
});
