/** What `zrtc bench relay` shows people. */
import type { RelayReport, RelayRow } from '../../../simulations/bench/relay.ts';
import { figureTable } from './table.ts';

const head = [
  'TRANSPORT',
  'STREAMS',
  'LOSS %',
  'IN A ROW',
  'P50 MS',
  'P95 MS',
  'P99 MS',
  'MAX MS',
  'BEYOND',
  'VIRTUAL',
  'LATE %',
  'BYTES',
  'CPU µS',
];

export function relayTable({ rows, bare, costs, notMeasured }: RelayReport): string {
  const held = rows.filter(({ virtual }) => virtual !== undefined);
  const agreeing = held.filter(({ virtual }) => virtual?.agrees);
  return [
    ...figureTable(head, rows.map(cellsOf)),
    'BEYOND is what messages take on average beyond UDP alone on a line that loses none, in ms; VIRTUAL the same on a virtual clock',
    `and network: ${agreeing.length} of ${held.length} rows agree within 20 % or 3 ms, the others are marked.`,
    'BYTES are sent either way for each byte of the messages. CPU µS are those of the transport for each message, at the end',
    'where they are more: of its process, less what the same messages take over UDP and nothing else:',
    ...bare.map(
      ({ streams, senderCpuUs, receiverCpuUs }) =>
        `with ${streams} ${streams === 1 ? 'stream' : 'streams'} a link ${senderCpuUs} µs to send one, ${receiverCpuUs} µs to receive it`,
    ),
    ...costs.map(
      ({ transport, loss, burst, streams, ...cost }) =>
        `${transport}, ${loss} % lost, ${burst} in a row: from ${streams[0]} to ${streams[1]} streams each further message takes ` +
        `${cost.senderUs} µs to send, ${cost.receiverUs} µs to receive; ` +
        `${cost.senderRestUsPerSecond} and ${cost.receiverRestUsPerSecond} µs a second go into waking up, whatever is sent`,
    ),
    ...notMeasured.map(({ transport, reason }) => `${transport} was not measured: ${reason}`),
  ].join('\n');
}

function cellsOf(row: RelayRow): readonly string[] {
  const { transport, streams, loss, burst, latePercent, bytesRatio, cpuUsPerMessage, virtual } = row;
  const times = [row.p50Ms, row.p95Ms, row.p99Ms, row.maxMs].map(value => value.toFixed(1));
  return [
    transport,
    String(streams),
    String(loss),
    String(burst),
    ...times,
    row.beyondMs.toFixed(1),
    virtual === undefined ? '' : `${virtual.beyondMs.toFixed(1)}${virtual.agrees ? '' : ' !'}`,
    latePercent.toFixed(2),
    bytesRatio.toFixed(3),
    cpuUsPerMessage.toFixed(1),
  ];
}
