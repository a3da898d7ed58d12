import test from 'ava';
import fc from 'fast-check';
import { offerToViewer, writeOffer } from '../../../transports/sdp/view-offer.ts';
import { local, ssrcs } from './peers.ts';

const iceCharacters = [...'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+/'];
const ssrc = fc.integer({ min: 0, max: 0xffffffff });

const viewers = fc.record({
  ice: fc.record({
    ufrag: fc.string({ unit: fc.constantFrom(...iceCharacters), minLength: 4, maxLength: 256 }),
    pwd: fc.string({ unit: fc.constantFrom(...iceCharacters), minLength: 22, maxLength: 256 }),
  }),
  ssrcs: fc.record({
    audio: ssrc,
    video: ssrc,
    videoRtx: ssrc,
    cname: fc.stringMatching(/^[\w-]{1,16}$/),
  }),
  streamId: fc.string(),
});

test('an offer that is filled in is the one that would be written line by line', t => {
  fc.assert(
    fc.property(viewers, ({ ice, ssrcs, streamId }) => {
      const own = { ...local, ice };
      const { sdp } = offerToViewer(own, ssrcs, streamId);
      t.is(sdp, writeOffer({ local: own, ssrcs, streamId }));
    }),
  );
});

test('another certificate, or other addresses, are in the next offer', t => {
  const renewed = { ...local, fingerprint: { algorithm: 'sha-256', value: 'AB:CD' } };
  const moved = { ...local, candidates: [{ address: '192.0.2.1', port: 7000 }] };
  for (const own of [local, renewed, moved, local])
    t.is(offerToViewer(own, ssrcs, 'math-101').sdp, writeOffer({ local: own, ssrcs, streamId: 'math-101' }));
});
