import test from 'ava';
import fc from 'fast-check';
import { replay } from '../../../transports/kcp/replay.ts';
import { keptTraces, textOf, traceOf } from './trace-files.ts';

interface Line {
  op: string;
  data?: string;
  ret?: number;
  out?: string[];
  [figure: string]: unknown;
}

const lines = textOf(new URL('loss20-fast.jsonl.gz', keptTraces)).trimEnd().split('\n');

/** Replays the trace with the call at `index` changed (0 is the settings). */
function replayWith(index: number, change: (line: Line) => void) {
  const line = JSON.parse(lines[index]!) as Line;
  change(line);
  return replay(traceOf(lines.with(index, JSON.stringify(line)).join('\n')));
}

function indexWhere(isWanted: (line: Line) => boolean, from = 1): number {
  return lines.findIndex((text, index) => index >= from && isWanted(JSON.parse(text) as Line));
}

const effects = lines.flatMap((text, index) => {
  const { op, out } = JSON.parse(text) as Line;
  return index > 0 && (op === 'recv' || op === 'state' || out !== undefined) ? [index] : [];
});

test('the call whose recorded effect was changed is the first that differs', t => {
  fc.assert(
    fc.property(
      fc.constantFrom(...effects),
      fc.nat(),
      fc.integer({ min: 1, max: 15 }),
      (index, where, mask) => {
        const flipped = (hex: string) => {
          const at = where % hex.length;
          return hex.slice(0, at) + (Number.parseInt(hex[at]!, 16) ^ mask).toString(16) + hex.slice(at + 1);
        };
        const { equalCalls, difference } = replayWith(index, line => {
          if (line.op === 'state') line.cwnd = (line.cwnd as number) + mask;
          else if (line.op === 'recv') line.data = flipped(line.data!);
          else line.out![where % line.out!.length] = flipped(line.out![where % line.out!.length]!);
        });
        t.is(equalCalls, index - 1);
        t.is(difference?.line, index + 1);
        t.not(difference?.expected, difference?.actual);
      },
    ),
    { seed: 12, numRuns: 60 },
  );
});

test('a message that was sent otherwise differs where its bytes go out', t => {
  const sent = indexWhere(({ op, end }) => op === 'send' && end === 0);
  const out = indexWhere(({ op, end }) => op === 'update' && end === 0, sent);
  const { difference } = replayWith(sent, line => {
    line.data = `ff${line.data!.slice(2)}`;
  });
  t.like(difference, { line: out + 1, op: 'update', end: 0, what: 'datagram 1 of 1' });
  t.regex(difference!.expected, /^\d+ bytes, from byte 24 on 1f/);
  t.regex(difference!.actual, /^\d+ bytes, from byte 24 on ff/);
});

test('a datagram too many and one too few are told with what is in them', t => {
  const index = indexWhere(({ op, out }) => op === 'update' && out?.length === 1);
  const more = replayWith(index, line => line.out!.push(line.out![0]!)).difference;
  t.like(more, { what: 'datagram 2 of 2', actual: 'none' });
  t.regex(more!.expected, /^push 0, \d+ bytes, ts \d+, una 0, window 128$/);
  const fewer = replayWith(index, line => delete line.out).difference;
  t.like(fewer, { what: 'datagram 1 of 1', expected: 'none' });
});

test('what a call returned counts where it was recorded', t => {
  const sent = indexWhere(({ op }) => op === 'send');
  t.like(replayWith(sent, line => line.ret!++).difference, { line: sent + 1, op: 'send', what: 'ret' });
  const input = indexWhere(({ op }) => op === 'input');
  t.like(replayWith(input, line => (line.ret = -3)).difference, { op: 'input', expected: '-3', actual: '0' });
  t.is(replayWith(input, line => delete line.ret).difference, undefined);
});

test('a message that was not read narrows the window, and one that is not there to be read is a difference', t => {
  const read = indexWhere(({ op }) => op === 'recv');
  const without = replay(traceOf(lines.toSpliced(read, 1).join('\n')));
  t.regex(without.difference!.expected, /window 128$/);
  t.regex(without.difference!.actual, /window 127$/);
  const twice = replay(traceOf(lines.toSpliced(read, 0, lines[read]!).join('\n')));
  t.like(twice.difference, { line: read + 2, op: 'recv', what: 'message', actual: 'none' });
});

test('a message too many at the end of a run of reads is told of', t => {
  const reads = lines.flatMap((text, index) => ((JSON.parse(text) as Line).op === 'recv' ? [index] : []));
  const last = reads.find(index => reads.includes(index + 1) && !reads.includes(index + 2))!;
  const { difference } = replay(traceOf(lines.toSpliced(last + 1, 1).join('\n')));
  t.like(difference, { line: last + 1, op: 'recv', what: 'message after this one', expected: 'none' });
});
