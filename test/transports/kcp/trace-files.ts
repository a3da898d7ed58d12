/** Where traces lie, and what is in them. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { parseTrace, type Trace } from '../../../transports/kcp/trace.ts';

/** Recorded by our own core when it had been seen to do as the reference does. */
export const keptTraces = new URL('traces/', import.meta.url);
/** Recorded of the reference implementation; beside the checkout, where they are there at all. */
const referenceTraces = new URL('../../../../shared/kcp-traces/', import.meta.url);

export function traceFiles(): readonly URL[] {
  return [keptTraces, referenceTraces].flatMap(folder =>
    existsSync(folder)
      ? readdirSync(folder)
          .filter(name => name.endsWith('.jsonl.gz'))
          .map(name => new URL(name, folder))
      : [],
  );
}

export function textOf(file: URL): string {
  return gunzipSync(readFileSync(file)).toString();
}

/** Throws where `text` is no trace. */
export function traceOf(text: string): Trace {
  const trace = parseTrace(text);
  if ('reason' in trace) throw new Error(`line ${trace.line}: ${trace.reason}`);
  return trace;
}
