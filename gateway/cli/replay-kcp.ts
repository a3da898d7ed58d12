/** `zrtc replay-kcp`: checks our KCP against recordings of what another implementation did. */
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { type Difference, replay } from '../../transports/kcp/replay.ts';
import { parseTrace } from '../../transports/kcp/trace.ts';
import { UsageError } from './arguments.ts';
import type { Command } from './command.ts';
import { EXIT } from './terminal.ts';

/** A hundred times a long trace; gzip could make a thousand times the file's size of it. */
const MAX_TRACE_BYTES = 256 * 1024 * 1024;

/** What came of a file; as JSON it is written as it stands. */
type Outcome =
  | { readonly file: string; readonly result: 'equal'; readonly calls: number }
  | ({ readonly file: string; readonly result: 'different'; readonly calls: number } & Difference)
  | { readonly file: string; readonly result: 'unreadable'; readonly reason: string };

export const replayKcp: Command = {
  name: 'replay-kcp',
  summary: 'Replays recordings of KCP, and shows the first call where ours does not do the same.',
  usage: 'FILE... [--json]',
  takesOperands: true,
  flags: [{ name: 'json', description: 'writes a JSON array, with an object for each file' }],
  examples: ['zrtc replay-kcp traces/*.jsonl.gz', 'zrtc replay-kcp --json a.jsonl | jq .[].result'],
  notes: [
    'A recording is JSON lines, gzipped or plain: the settings of both ends, then one call a line, with the datagrams',
    'that it sent. The exit code is 0 when all the files are equal, call for call and byte for byte, else 1.',
  ],
  async run(flags, terminal, files) {
    if (files.length === 0) throw new UsageError('no FILE to replay; see zrtc replay-kcp --help');
    const outcomes: Outcome[] = [];
    for (const file of files) {
      const outcome = await outcomeOf(file, terminal.directory);
      outcomes.push(outcome);
      if (outcome.result === 'unreadable') terminal.tell(`zrtc: ${file}: ${outcome.reason}`);
      else if (flags.json === undefined) terminal.out(textOf(outcome));
    }
    if (flags.json !== undefined) terminal.out(JSON.stringify(outcomes, undefined, 2));
    return outcomes.every(({ result }) => result === 'equal') ? EXIT.done : EXIT.failed;
  },
};

async function outcomeOf(file: string, directory: string): Promise<Outcome> {
  const text = await textIn(resolve(directory, file));
  if (typeof text !== 'string') return { file, result: 'unreadable', ...text };
  const trace = parseTrace(text);
  if ('reason' in trace) return { file, result: 'unreadable', reason: `line ${trace.line}: ${trace.reason}` };
  const { equalCalls: calls, difference } = replay(trace);
  return difference === undefined
    ? { file, result: 'equal', calls }
    : { file, result: 'different', calls, ...difference };
}

/** The file's text, unpacked where it begins as gzip does (RFC 1952 section 2.3.1). */
async function textIn(path: string): Promise<string | { readonly reason: string }> {
  let bytes: Buffer;
  try {
    bytes = await readFile(path);
  } catch (error) {
    return { reason: whyNoFile(error as NodeJS.ErrnoException) };
  }
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return bytes.toString();
  try {
    return gunzipSync(bytes, { maxOutputLength: MAX_TRACE_BYTES }).toString();
  } catch (error) {
    const isTooLarge = (error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE';
    return { reason: isTooLarge ? `more than ${MAX_TRACE_BYTES} bytes when unpacked` : 'damaged gzip data' };
  }
}

function whyNoFile({ code, message }: NodeJS.ErrnoException): string {
  switch (code) {
    case 'ENOENT':
      return 'no such file';
    case 'EISDIR':
      return 'a directory, not a file';
    case 'EACCES':
      return 'no permission to read it';
    default:
      return message;
  }
}

function textOf(outcome: Exclude<Outcome, { result: 'unreadable' }>): string {
  const { file, calls } = outcome;
  if (outcome.result === 'equal') return `${file}: equal (${calls} calls)`;
  const { line, op, end, t, what, expected, actual } = outcome;
  return [
    `${file}: differs at line ${line}: ${op} at end ${end}, t ${t}: ${what}`,
    `  expected  ${expected}`,
    `  actual    ${actual}`,
  ].join('\n');
}
