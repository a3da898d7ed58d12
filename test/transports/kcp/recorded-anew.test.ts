import test from 'ava';
import { record } from './recorder.ts';
import { scenarios } from './scenarios.ts';
import { keptTraces, textOf } from './trace-files.ts';

for (const scenario of scenarios) {
  test(`${scenario.name}: recorded anew, the trace is the one that is kept`, t => {
    t.true(record(scenario) === textOf(new URL(`${scenario.name}.jsonl.gz`, keptTraces)));
  });
}

test('the scenarios see to it that every command and every kind of resending is used', t => {
  const commands = new Set<string>();
  for (const scenario of scenarios)
    for (const [, command] of record(scenario).matchAll(/"[0-9a-f]{8}(5[1-4])[0-9a-f]{38}/g))
      commands.add(command!);
  t.deepEqual([...commands].sort(), ['51', '52', '53', '54']);
});
