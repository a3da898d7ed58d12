/** The traces that are kept here, and those of the reference where they lie beside the checkout. */
import { basename } from 'node:path';
import test from 'ava';
import { replay } from '../../../transports/kcp/replay.ts';
import { keptTraces, textOf, traceFiles, traceOf } from './trace-files.ts';

const files = traceFiles();

test('there are ten traces of our own', t => {
  t.is(files.filter(({ href }) => href.startsWith(keptTraces.href)).length, 10);
});

for (const file of files) {
  const origin = file.href.startsWith(keptTraces.href) ? 'ours' : 'of the reference';
  test(`${basename(file.pathname, '.jsonl.gz')}, ${origin}: the same datagrams and messages, call for call`, t => {
    const trace = traceOf(textOf(file));
    t.deepEqual(replay(trace), { equalCalls: trace.calls.length });
  });
}
