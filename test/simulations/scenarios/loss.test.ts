import test from 'ava';
import { loss } from '../../../simulations/scenarios/loss.ts';
import type { FigureRecord } from '../../../simulations/scenarios/scenario.ts';
import { TcpSender } from '../../../simulations/tcp-model.ts';

const { signal } = new AbortController();
const played = (seed: number) => loss.play({ seed, minutes: 4, signal, onProgress: () => {} });

test.serial(
  'loss: all arrives; KCP is quicker than TCP, and a relay link than both, for more bytes',
  async t => {
    const first = await played(1);
    const rows = first.figures.rows as readonly FigureRecord[];
    t.deepEqual(first.violations, []);
    const sum = (transport: string, figure: string) =>
      rows.filter(row => row.transport === transport).reduce((total, row) => total + Number(row[figure]), 0);
    t.true(sum('kcp', 'beyondMs') < 0.9 * sum('tcp', 'beyondMs'));
    t.true(sum('relay', 'beyondMs') < 0.5 * sum('kcp', 'beyondMs'));
    t.true(sum('relay', 'bytesRatio') > sum('kcp', 'bytesRatio'));
    t.is((await played(1)).digest, first.digest);
  },
);

test.serial('canary: that a transport forgets a message is found out', async t => {
  const { send } = TcpSender.prototype;
  let calls = 0;
  TcpSender.prototype.send = function (nowMs, message) {
    calls += 1;
    if (calls !== 60) send.call(this, nowMs, message);
  };
  try {
    const { violations } = await loss.play({ seed: 1, minutes: 0.1, signal, onProgress: () => {} });
    t.is(violations.length, 1);
    t.like(violations[0], {
      invariant: 'messages-complete',
      detail: 'tcp, 1 % in runs of 1, 25 ms: message 59 never came',
    });
  } finally {
    TcpSender.prototype.send = send;
  }
});
