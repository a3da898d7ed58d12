import test from 'ava';
import { ReceptionStatistics } from '../../../transports/rtp/reception.ts';
import { after, sequenceStarts } from './sequence-starts.ts';

test('one packet far away is ignored, and two in a row there are a source that began anew', t => {
  for (const start of sequenceStarts) {
    for (const jump of [3000, 20_000, -1001, -20_000]) {
      const statistics = new ReceptionStatistics();
      const receive = (step: number) => statistics.update(0, after(start, step), 0, 90_000);
      t.is(receive(0), 'counted');
      t.is(receive(1), 'counted');
      t.is(receive(1 + jump), 'ignored');
      t.is(receive(2), 'counted');
      t.is(receive(2 + jump), 'ignored', 'a good packet in between starts the count again');
      t.is(receive(3 + jump), 'restarted');
      t.is(receive(5 + jump), 'counted');
      t.like(statistics.report(), { cumulativeLost: 1, extendedHighest: after(start, 3 + jump) + 2 });
    }
  }
});

test('what is just short of that far is loss, or late', t => {
  const statistics = new ReceptionStatistics();
  t.is(statistics.update(0, 100, 0, 90_000), 'counted');
  t.is(statistics.update(0, 3099, 0, 90_000), 'counted');
  t.is(statistics.update(0, 3000, 0, 90_000), 'counted');
  t.like(statistics.report(), { cumulativeLost: 2997, extendedHighest: 3099 });
});
