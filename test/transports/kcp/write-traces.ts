/** Records the kept traces anew: `node test/transports/kcp/write-traces.ts`, after a change of what goes on the wire. */
import { writeFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { record } from './recorder.ts';
import { scenarios } from './scenarios.ts';
import { keptTraces } from './trace-files.ts';

for (const scenario of scenarios)
  writeFileSync(new URL(`${scenario.name}.jsonl.gz`, keptTraces), gzipSync(record(scenario), { level: 9 }));
