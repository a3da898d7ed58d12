import test from 'ava';
import fc from 'fast-check';
import { parseFragment } from '../../../transports/sdp/fragment.ts';
import { SdpError } from '../../../transports/sdp/port.ts';
import { answerPublisher } from '../../../transports/sdp/publish-answer.ts';
import { acceptViewerAnswer } from '../../../transports/sdp/view-answer.ts';
import { offerToViewer } from '../../../transports/sdp/view-offer.ts';
import { answerViewer } from '../../../transports/sdp/view-reply.ts';
import { fixture, local, publishers, ssrcs, viewers } from './peers.ts';

const { sdp: ourOffer, layout } = offerToViewer(local, ssrcs, 's');
const answer = ourOffer
  .replaceAll('sendonly', 'recvonly')
  .replaceAll('actpass', 'active')
  .replace('a=ice-lite\r\n', '');

/** Every way in, with texts that it takes as they are. */
const readers: [string, (sdp: string) => unknown, string[]][] = [
  ['answerPublisher', sdp => answerPublisher(sdp, local), publishers.map(fixture)],
  ['answerViewer', sdp => answerViewer(sdp, local, ssrcs, 's'), viewers.map(fixture)],
  ['acceptViewerAnswer', sdp => acceptViewerAnswer(sdp, layout), [answer]],
  [
    'parseFragment',
    parseFragment,
    ['a=ice-ufrag:EsAw\r\na=ice-pwd:P2uYro0UCOQ4zxjKXaWCBui1\r\na=mid:0\r\na=end-of-candidates\r\n'],
  ],
];

const oddities = [
  '',
  ' ',
  ':',
  '=',
  ';',
  '/',
  '*',
  '-1',
  '0',
  '300',
  '4294967296',
  '1e9',
  '%s',
  'NaN',
  '__proto__',
  '\r',
  '\n',
  '\0',
  'é',
  '99999999999999999999',
];

type Edit = { at: number; kind: number; odd: string; count: number };

const edits = fc.array(
  fc.record({
    at: fc.nat(),
    kind: fc.nat(6),
    odd: fc.constantFrom(...oddities),
    count: fc.integer({ min: 1, max: 12 }),
  }),
  { minLength: 1, maxLength: 6 },
);

function mutate(text: string, changes: readonly Edit[]): string {
  let result = text;
  for (const { at, kind, odd, count } of changes) {
    const place = at % (result.length + 1);
    if (kind === 0) result = result.slice(0, place) + odd + result.slice(place);
    else if (kind === 1) result = result.slice(0, place) + result.slice(place + count);
    else if (kind === 2) result = result.slice(0, place);
    else result = mutateLines(result, kind, at, odd);
  }
  return result;
}

function mutateLines(text: string, kind: number, at: number, odd: string): string {
  const lines = text.split('\r\n');
  const place = at % lines.length;
  const line = lines[place]!;
  if (kind === 3) lines.splice(place, 1);
  else if (kind === 4) lines.splice(at % 7, 0, line);
  else if (kind === 5) lines[place] = line.replace(/[:= ][^:= ]*$/, found => found[0] + odd);
  else lines[place] = line.replace(/\d+/, odd);
  return lines.join('\r\n');
}

for (const [name, read, texts] of readers) {
  test(`${name}: whatever is changed, the outcome is a value or an SdpError`, t => {
    const outcomes = { values: 0, errors: 0 };
    for (const text of texts) t.notThrows(() => read(text));
    fc.assert(
      fc.property(fc.constantFrom(...texts), edits, (text, changes) => {
        try {
          const value = read(mutate(text, changes));
          outcomes.values++;
          return JSON.stringify(value).length < 100_000;
        } catch (error) {
          outcomes.errors++;
          return error instanceof SdpError && error.message.length > 0 && error.message.length < 5000;
        }
      }),
      { seed: 8866, numRuns: 600 },
    );
    t.true(outcomes.values > 0 && outcomes.errors > 0, JSON.stringify(outcomes));
  });

  test(`${name}: random text is refused`, t => {
    fc.assert(
      fc.property(fc.string({ maxLength: 300 }), text => {
        for (const prefix of ['', 'v=0\r\n', 'v=0\r\nm=audio 9 UDP/TLS/RTP/SAVPF 111\r\na=']) {
          try {
            read(prefix + text);
            return false;
          } catch (error) {
            if (!(error instanceof SdpError)) return false;
          }
        }
        return true;
      }),
      { seed: 9725, numRuns: 200 },
    );
    t.pass();
  });
}

test('an answer to a publisher says nothing that the peer could have smuggled in', t => {
  fc.assert(
    fc.property(edits, changes => {
      try {
        const { sdp } = answerPublisher(mutate(fixture('chromium-publish'), changes), local);
        return sdp.split('\r\n').every(line => line === '' || /^[a-z]=[^\r\n]*$/.test(line));
      } catch (error) {
        return error instanceof SdpError;
      }
    }),
    { seed: 8839, numRuns: 1000 },
  );
  t.pass();
});
