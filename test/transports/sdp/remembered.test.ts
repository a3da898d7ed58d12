import test from 'ava';
import fc from 'fast-check';
import { Remembered } from '../../../transports/sdp/remembered.ts';
import { acceptViewerAnswer } from '../../../transports/sdp/view-answer.ts';
import { offerToViewer } from '../../../transports/sdp/view-offer.ts';
import { local, ssrcs } from './peers.ts';

test('what comes again is made once, as long as it is among the last used', t => {
  const made: string[] = [];
  const make = (text: string) => {
    made.push(text);
    return text.toUpperCase();
  };
  const remembered = new Remembered<string>(2, 3);
  for (const text of ['a', 'b', 'a', 'c', 'a', 'b', 'long', 'long'])
    t.is(remembered.get(text, make), text.toUpperCase());
  t.deepEqual(made, ['a', 'b', 'c', 'b', 'long', 'long']);
  t.is(remembered.size, 2);
});

test('what could not be made is tried again', t => {
  const remembered = new Remembered<string>(2, 3);
  t.throws(() =>
    remembered.get('a', () => {
      throw new Error('not now');
    }),
  );
  t.is(
    remembered.get('a', () => 'now'),
    'now',
  );
});

test('viewers who answer in the same words keep their own credentials, fingerprints and SSRCs', t => {
  const hex = fc.stringMatching(/^[0-9A-F]{2}(:[0-9A-F]{2}){31}$/);
  const word = (min: number) => fc.stringMatching(new RegExp(`^[A-Za-z0-9+/]{${min},32}$`));
  const ssrc = fc.integer({ min: 1, max: 2 ** 32 - 4 });
  fc.assert(
    fc.property(word(4), word(22), hex, ssrc, (ufrag, pwd, value, audio) => {
      const own = { ...ssrcs, audio, video: audio + 1, videoRtx: audio + 2 };
      const { sdp, layout } = offerToViewer(local, own, 'math-101');
      const answer = sdp
        .replaceAll('a=sendonly', 'a=recvonly')
        .replaceAll('a=setup:actpass', 'a=setup:active')
        .replaceAll(/a=ice-ufrag:.*/g, `a=ice-ufrag:${ufrag}`)
        .replaceAll(/a=ice-pwd:.*/g, `a=ice-pwd:${pwd}`)
        .replaceAll(/a=fingerprint:.*/g, `a=fingerprint:sha-256 ${value}`)
        .replaceAll(/a=(ice-lite|ssrc|msid).*\r\n/g, '');
      const { remote, media } = acceptViewerAnswer(answer, layout);
      t.deepEqual(remote, { ice: { ufrag, pwd }, fingerprints: [{ algorithm: 'sha-256', value }] });
      t.deepEqual(
        media.map(one => one.ssrc),
        [audio, audio + 1],
      );
    }),
  );
});
