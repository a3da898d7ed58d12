import test from 'ava';
import { burstsOf } from '../../../simulations/bench/fanout-bursts.ts';
import { fanoutCases, groupsOf, viewersAt } from '../../../simulations/bench/fanout-plans.ts';
import { allowedCpus } from '../../../simulations/bench/pinned.ts';
import { countersIn } from '../../../simulations/bench/server-counters.ts';
import { readRecording } from '../../../simulations/load/recording.ts';

test('cases of one recording are measured at one node, the fewest viewers first', t => {
  const groups = groupsOf([...fanoutCases].reverse());
  t.deepEqual(
    groups.map(({ recording, cases }) => [recording, cases.map(({ viewers }) => viewers)]),
    [
      ['2500', [300, 600]],
      ['350', [300, 1500]],
    ],
  );
});

test('viewers that take a share of a core', t => {
  t.is(viewersAt(0.7, 4, 100), 1750);
  t.is(viewersAt(0.001, 100, 100), 1);
});

test('packets of one millisecond are one burst, at its end', t => {
  const recording = readRecording('0.0 k900\n0.6 m901\n1.0 a80\n5.2 v500 m501\n');
  t.deepEqual(burstsOf(recording), [
    { atMs: 0, payloadBytes: [900] },
    { atMs: 1, payloadBytes: [901, 80] },
    { atMs: 6, payloadBytes: [500, 501] },
  ]);
});

test('the CPUs that a process may run on', t => {
  t.deepEqual(
    allowedCpus('Name:\tnode\nCpus_allowed:\tff\nCpus_allowed_list:\t0-2,5\nMems:\t1\n'),
    [0, 1, 2, 5],
  );
  t.deepEqual(allowedCpus('Cpus_allowed_list:\t3\n'), [3]);
  t.deepEqual(allowedCpus('Name:\tnode\n'), []);
});

test('counters of all shards are added up', t => {
  const text = [
    '# TYPE zrtc_packets_sent_total counter',
    'zrtc_packets_sent_total{shard="0"} 120',
    'zrtc_packets_sent_total{shard="1"} 30',
    'zrtc_packets_received_total 7',
    'zrtc_packets_received_total_late 9',
  ].join('\n');
  t.deepEqual(countersIn(text), { packetsSent: 150, packetsReceived: 7 });
});
