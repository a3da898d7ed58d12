import test from 'ava';
import { buildFragment, parseFragment } from '../../../transports/sdp/fragment.ts';
import { SdpError } from '../../../transports/sdp/port.ts';
import { local } from './peers.ts';

test('candidates that a browser trickles', t => {
  const fragment = parseFragment(
    [
      'a=group:BUNDLE 0 1',
      'm=audio 9 UDP/TLS/RTP/SAVPF 111',
      'a=mid:0',
      'a=ice-ufrag:EsAw',
      'a=ice-pwd:P2uYro0UCOQ4zxjKXaWCBui1',
      'a=candidate:1387637174 1 udp 2122260223 192.0.2.1 61764 typ host generation 0 ufrag EsAw network-id 1',
      'a=candidate:3471623853 1 udp 2122194687 198.51.100.2 61765 typ host',
      'a=end-of-candidates',
      '',
    ].join('\r\n'),
  );
  t.is(fragment.ufrag, 'EsAw');
  t.is(fragment.pwd, 'P2uYro0UCOQ4zxjKXaWCBui1');
  t.is(fragment.mid, '0');
  t.is(fragment.candidates.length, 2);
  t.regex(fragment.candidates[1]!, /^candidate:3471623853 1 udp/);
  t.true(fragment.endOfCandidates);
});

test('new credentials alone restart ICE', t => {
  t.deepEqual(parseFragment('a=ice-ufrag:EsAw\na=ice-pwd:P2uYro0UCOQ4zxjKXaWCBui1\n'), {
    ufrag: 'EsAw',
    pwd: 'P2uYro0UCOQ4zxjKXaWCBui1',
    candidates: [],
    endOfCandidates: false,
  });
});

test('a mid that is no token is passed over', t => {
  t.is(parseFragment('a=mid:"x y"\na=end-of-candidates').mid, undefined);
});

test('what is no fragment, or has wrong credentials, is refused in words', t => {
  const refuses = (text: string, message: RegExp) => {
    const error = t.throws(() => parseFragment(text), { instanceOf: SdpError, message });
    t.is(error?.status, 400);
  };
  refuses('', /no a=ice-ufrag, no a=candidate and no a=end-of-candidates/);
  refuses('{"candidate": ""}', /no a=candidate/);
  refuses('a=ice-ufrag:EsAw\na=ice-pwd:short', /a=ice-pwd has to be 22/);
  refuses('a=candidate:1\n'.repeat(65), /65 candidates; at most 64/);
  refuses('a'.repeat(70000), /70000 characters/);
});

test('our side as a fragment reads back', t => {
  const text = buildFragment(local, '1', 'video');
  t.regex(text, /^a=ice-lite\r\n/);
  t.regex(text, /\r\nm=video 9 UDP\/TLS\/RTP\/SAVPF 0\r\na=mid:1\r\n/);
  t.deepEqual(parseFragment(text), {
    ...local.ice,
    mid: '1',
    candidates: [
      'candidate:1 1 udp 2130706431 127.0.0.1 40007 typ host',
      'candidate:2 1 udp 2130706175 ::1 40007 typ host',
    ],
    endOfCandidates: true,
  });
});
