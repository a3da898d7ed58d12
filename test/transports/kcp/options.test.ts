import test from 'ava';
import { type KcpOptions, settingsFrom } from '../../../transports/kcp/options.ts';

test('the defaults are those of ikcp.c', t => {
  t.deepEqual(settingsFrom({ conversation: 1 }), {
    conversation: 1,
    nodelay: 0,
    intervalMs: 100,
    fastResend: 0,
    congestionControl: true,
    sendWindow: 32,
    receiveWindow: 128,
    mtuBytes: 1400,
    streamMode: false,
    minimumRtoMs: 100,
    firstSequence: 0,
    segmentBytes: 1376,
  });
});

test('the interval and the receive window are kept within their limits', t => {
  const settings = (options: Partial<KcpOptions>) => settingsFrom({ conversation: 1, ...options });
  t.is(settings({ intervalMs: 1 }).intervalMs, 10);
  t.is(settings({ intervalMs: 9000 }).intervalMs, 5000);
  t.is(settings({ receiveWindow: 8 }).receiveWindow, 128);
  t.is(settings({ receiveWindow: 300 }).receiveWindow, 300);
  t.is(settings({ nodelay: 2 }).minimumRtoMs, 30);
  t.is(settings({ nodelay: 1, minimumRtoMs: 20 }).minimumRtoMs, 20);
});

const wrong: readonly (readonly [keyof KcpOptions, number])[] = [
  ['conversation', -1],
  ['conversation', 2 ** 32],
  ['sendWindow', 0],
  ['sendWindow', 65_536],
  ['receiveWindow', 1.5],
  ['mtuBytes', 49],
  ['mtuBytes', 65_508],
  ['intervalMs', Number.NaN],
  ['fastResend', -1],
  ['firstSequence', 2 ** 32],
];
for (const [name, value] of wrong) {
  test(`${name} cannot be ${value}`, t => {
    t.throws(() => settingsFrom({ conversation: 1, [name]: value }), {
      instanceOf: RangeError,
      message: new RegExp(`^${name} is ${value}, not a whole number`),
    });
  });
}
