import test from 'ava';
import { answerPublisher } from '../../../transports/sdp/publish-answer.ts';
import { withPeer } from './native-peers.ts';
import { fixture, local, publishers, sectionOf } from './peers.ts';

const bandwidth = (lines: readonly string[]) => lines.filter(line => line.startsWith('b='));

for (const name of publishers) {
  test(`the answer to ${name} limits video, in both ways of saying it, and sound not at all`, t => {
    const { sdp, media } = answerPublisher(fixture(name), local, 8000);
    t.deepEqual(bandwidth(sectionOf(sdp, 0)), []);
    for (const index of [1, 2]) {
      const section = sectionOf(sdp, index);
      const isVideo = section[0]!.startsWith('m=video');
      t.deepEqual(bandwidth(section), isVideo ? ['b=AS:8000', 'b=TIAS:8000000'] : []);
      // RFC 8866 section 9: after c=, before a=.
      if (isVideo)
        t.deepEqual(
          section.slice(1, 4).map(line => line.slice(0, 2)),
          ['c=', 'b=', 'b='],
        );
    }
    for (const { kind, maxKbps } of media) t.is(maxKbps, kind === 'video' ? 8000 : undefined);
  });
}

test('without a limit nothing is said of bandwidth', t => {
  const { sdp, media } = answerPublisher(fixture('chromium-publish'), local);
  t.notRegex(sdp, /^b=/m);
  t.true(media.every(one => !('maxKbps' in one)));
});

test('libwebrtc takes an answer with a limit', async t => {
  await withPeer('libwebrtc', async ask => {
    const offer = await ask({ ask: 'offer', kinds: ['audio', 'video'], direction: 'sendonly' });
    t.is(await ask({ ask: 'accept', sdp: answerPublisher(offer, local, 500).sdp }), 'stable');
  });
});
