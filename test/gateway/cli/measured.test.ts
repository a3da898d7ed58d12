import test from 'ava';
import { measured } from '../../../gateway/cli/measured.ts';
import { fakeTerminal } from './fake-terminal.ts';

const table = ({ cost }: { readonly cost: number }) => `COST ${cost}`;

test('a report is a table, or JSON in the form that is asked for; then the rest decides the exit code', async t => {
  const terminal = fakeTerminal();
  const measure = async () => ({ cost: 7 });
  const rest = { json: ({ cost }: { cost: number }) => ({ more: cost + 1 }), finish: async () => 1 };
  t.is(await measured({}, terminal, measure, table), 0);
  t.is(await measured({ json: 'true' }, terminal, measure, table), 0);
  t.is(await measured({ json: 'true' }, terminal, measure, table, rest), 1);
  t.deepEqual(terminal.printed, ['COST 7', '{\n  "cost": 7\n}', '{\n  "more": 8\n}']);
  t.deepEqual(terminal.told, []);
});

test('what fails is told in a line, in the measurement and after it; a mistake in the code with its place', async t => {
  const failing = (error: Error) => async () => Promise.reject(error);
  const terminal = fakeTerminal();
  t.is(await measured({}, terminal, failing(new Error('no Linux')), table), 1);
  const finish = failing(new Error('no room'));
  t.is(await measured({}, terminal, async () => ({ cost: 7 }), table, { finish }), 1);
  t.deepEqual(terminal.told, ['zrtc: no Linux', 'zrtc: no room']);
  t.is(await measured({}, terminal, failing(new TypeError('undefined is no function')), table), 1);
  t.regex(terminal.told.at(-1)!, /^zrtc: TypeError: undefined is no function\n +at .*measured\.test\.ts/);
});

test('a first signal ends it in order, a second one at once', async t => {
  const terminal = fakeTerminal();
  const inOrder = measured(
    {},
    terminal,
    ({ signal }) =>
      new Promise<never>((_, reject) => signal.addEventListener('abort', () => reject(signal.reason))),
    table,
  );
  terminal.signal('SIGINT');
  t.is(await inOrder, 1);
  t.deepEqual(terminal.told, ['zrtc: stopped before the end']);
  const hanging = measured({}, terminal, () => new Promise<never>(() => {}), table);
  terminal.signal('SIGINT');
  await terminal.pass(301);
  terminal.signal('SIGINT');
  t.is(await hanging, 1);
});
