import test from 'ava';
import fc from 'fast-check';
import { ConfigError } from '../../../actors/config/config-error.ts';
import { nearest } from '../../../actors/config/nearest.ts';
import { configKeys } from '../../../actors/config/schema.ts';
import { settingsOfFile } from '../../../actors/config/sources.ts';
import { refusal, refusalOfFile } from './sources.ts';

const names = configKeys.map(key => key.name);

test('an unknown key in the file is named, with the nearest that there is', t => {
  t.is(refusalOfFile(t, 'http: {prot: 80}'), 'unknown key http.prot in zrtc.yaml; did you mean http.port?');
  t.is(refusalOfFile(t, 'htp: {port: 80}'), 'unknown key htp in zrtc.yaml');
  t.is(
    refusalOfFile(t, 'auth: {secretfile: x}'),
    'unknown key auth.secretfile in zrtc.yaml; did you mean auth.secretFile?',
  );
  t.is(refusalOfFile(t, '__proto__: {port: 80}'), 'unknown key __proto__ in zrtc.yaml');
  t.is(refusalOfFile(t, 'constructor: 1'), 'unknown key constructor in zrtc.yaml');
});

test('an unknown variable is named, with the nearest that there is', t => {
  t.is(
    refusal(t, { env: { ZRTC_HTTP_PROT: '80' } }),
    'unknown variable ZRTC_HTTP_PROT; did you mean ZRTC_HTTP_PORT?',
  );
  t.is(refusal(t, { env: { ZRTC_COLOUR_OF_THE_SKY: 'blue' } }), 'unknown variable ZRTC_COLOUR_OF_THE_SKY');
});

test('every key is its own nearest, and is found again with one letter missing', t => {
  for (const name of names) {
    t.is(nearest(name, names), name);
    t.is(nearest(`${name.slice(0, 3)}${name.slice(4)}`, names), name);
  }
});

test('what is like nothing has no nearest', t => {
  t.is(nearest('x', names), undefined);
  t.is(nearest('a'.repeat(10_000), names), undefined);
});

test('whatever stands in the file, reading it gives settings of known keys or one line', t => {
  const word = fc.constantFrom(
    'http',
    'port',
    'tls',
    ': ',
    '- ',
    '\n',
    '  ',
    '{',
    '}',
    '[',
    ']',
    '&a',
    '*a',
    '"',
    '1',
  );
  fc.assert(
    fc.property(fc.array(fc.oneof(word, fc.string({ maxLength: 5 })), { maxLength: 30 }), words => {
      try {
        return settingsOfFile('zrtc.yaml', words.join('')).every(({ key }) => names.includes(key));
      } catch (error) {
        return error instanceof ConfigError && !error.message.includes('\n');
      }
    }),
    { seed: 20, numRuns: 2_000 },
  );
  t.pass();
});
