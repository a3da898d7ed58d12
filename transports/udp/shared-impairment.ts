/** An impairment that one thread changes while others hold their datagrams back by it. */
import type { Impairment } from './impaired.ts';

/** In shared memory: delay, jitter (ms) and loss (0 to 1). A datagram that falls into a change may get a bit of both. */
export type SharedImpairment = Float64Array<SharedArrayBuffer>;

const DELAY = 0;
const JITTER = 1;
const LOSS = 2;
const CELLS = 3;

export function shareImpairment(impairment: Impairment): SharedImpairment {
  const shared = new Float64Array(new SharedArrayBuffer(CELLS * Float64Array.BYTES_PER_ELEMENT));
  changeImpairment(shared, impairment);
  return shared;
}

export function changeImpairment(shared: SharedImpairment, { delayMs, jitterMs, loss }: Impairment): void {
  shared[DELAY] = delayMs;
  shared[JITTER] = jitterMs;
  shared[LOSS] = loss;
}

/** As it is whenever it is looked at. */
export function sharedImpairment(shared: SharedImpairment): Impairment {
  return {
    get delayMs() {
      return shared[DELAY]!;
    },
    get jitterMs() {
      return shared[JITTER]!;
    },
    get loss() {
      return shared[LOSS]!;
    },
  };
}
