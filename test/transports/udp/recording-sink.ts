/** A sink that keeps what it is given, and can be waited for. */
import type { Path } from '../../../transports/udp/path.ts';
import type { DatagramSink } from '../../../transports/udp/port.ts';

export interface Received {
  readonly text: string;
  readonly path: Path;
}

export interface RecordingSink extends DatagramSink {
  readonly received: Received[];
  /** How many datagrams each batch had. */
  readonly batches: number[];
  /** Resolves once `count` datagrams have come, and the batch of the last has ended. */
  until(count: number): Promise<void>;
}

export function recordingSink(): RecordingSink {
  const received: Received[] = [];
  const batches: number[] = [];
  let inBatch = 0;
  let waiting: { readonly count: number; readonly done: () => void } | undefined;
  return {
    received,
    batches,
    receive(bytes, path) {
      received.push({ text: Buffer.from(bytes).toString('latin1'), path });
      inBatch += 1;
    },
    batchEnd() {
      batches.push(inBatch);
      inBatch = 0;
      if (waiting !== undefined && received.length >= waiting.count) waiting.done();
    },
    async until(count) {
      if (received.length >= count && inBatch === 0) return;
      await new Promise<void>(done => {
        waiting = { count, done };
      });
    },
  };
}
