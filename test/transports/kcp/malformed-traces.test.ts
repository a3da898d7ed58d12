import test from 'ava';
import fc from 'fast-check';
import { replay } from '../../../transports/kcp/replay.ts';
import { parseTrace } from '../../../transports/kcp/trace.ts';
import { mutated } from '../rtp/mutated.ts';
import { keptTraces, textOf } from './trace-files.ts';

const whole = textOf(new URL('clean-default.jsonl.gz', keptTraces));
const [settings, ...calls] = whole.trimEnd().split('\n');
const call = { t: 0, op: 'send', end: 0, data: '00' };

const faults: readonly (readonly [name: string, text: string, line: number, reason: RegExp])[] = [
  ['nothing', '', 1, /^an empty line$/],
  ['no JSON', 'hello', 1, /^not JSON$/],
  ['another JSON', '[]', 1, /expected object/],
  ['settings alone', settings!, 2, /^no call follows the settings$/],
  ['settings without a key', settings!.replace('"mtu"', '"mtv"'), 1, /^mtu: /],
  ['settings that cannot be', settings!.replace('"mtu":1400', '"mtu":20'), 1, /^mtu: /],
  ['half a line', `${settings}\n${calls[0]}\n${calls[1]!.slice(0, 20)}`, 3, /^not JSON$/],
  ['an empty line between', `${settings}\n\n${calls[0]}`, 2, /^an empty line$/],
  ['an unknown op', changed({ op: 'flush' }), 2, /^op: is not send, input, update, recv or state$/],
  ['a third end', changed({ end: 2 }), 2, /^end: /],
  ['half a byte', changed({ data: '0' }), 2, /^data: is not hexadecimal$/],
  ['a time past 32 bits', changed({ t: 2 ** 32 }), 2, /^t: /],
  ['datagrams that are none', changed({ out: ['0g'] }), 2, /^out\.0: is not hexadecimal$/],
];
for (const [name, text, line, reason] of faults) {
  test(`${name}: the line and the reason`, t => {
    const fault = parseTrace(text);
    t.true('reason' in fault && fault.line === line, JSON.stringify(fault));
    t.regex('reason' in fault ? fault.reason : '', reason);
  });
}

test('what else a trace says is passed over, and the ends of lines may be those of Windows', t => {
  const text = `${settings}\r\n${JSON.stringify({ ...call, note: 'x' })}\r\n\r\n`;
  t.like(parseTrace(text), { calls: { length: 1 } });
});

test('a mutated text is refused, or it is a trace that can be replayed', t => {
  const sample = new TextEncoder().encode(whole.split('\n').slice(0, 40).join('\n'));
  let refused = 0;
  fc.assert(
    fc.property(mutated([sample]), bytes => {
      const trace = parseTrace(new TextDecoder().decode(bytes));
      if ('reason' in trace) refused += 1;
      else t.true(replay(trace).equalCalls <= 40);
    }),
    { seed: 2, numRuns: 300 },
  );
  t.true(refused > 100 && refused < 300, `${refused} of the mutations were refused`);
});

test('a trace with mutated data is replayed, up to where it differs', t => {
  const carriers = calls.flatMap((line, index) => (line.includes('"data"') ? [index] : []));
  const changes = fc.constantFrom(...carriers).chain(index => {
    const { data } = JSON.parse(calls[index]!) as { data: string };
    return mutated([Buffer.from(data, 'hex')]).map(
      bytes => [index, Buffer.from(bytes).toString('hex')] as const,
    );
  });
  fc.assert(
    fc.property(changes, ([index, data]) => {
      const line = JSON.stringify({ ...(JSON.parse(calls[index]!) as object), data });
      const trace = parseTrace([settings, ...calls.with(index, line)].join('\n'));
      if ('reason' in trace) t.fail(trace.reason);
      else t.true(replay(trace).equalCalls >= index);
    }),
    { seed: 2, numRuns: 100 },
  );
});

function changed(fields: Record<string, unknown>): string {
  return `${settings}\n${JSON.stringify({ ...call, ...fields })}`;
}
