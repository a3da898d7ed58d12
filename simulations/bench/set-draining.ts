/** A node of a running cluster takes nobody, or takes clients again: the call of `zrtc drain` and `zrtc undrain` alone. */
import { systemClock } from '../../transports/clock.ts';

/** The gateway asks the node, which answers at once. */
const CALL_LIMIT_MS = 10_000;

/** Rejects with what the gateway at `url` answered unless it was done, and when there is no answer in 10 s. */
export async function setDraining(url: string, node: string, isDraining: boolean): Promise<void> {
  const path = `/api/nodes/${node}/drain`;
  const method = isDraining ? 'POST' : 'DELETE';
  const late = new AbortController();
  const limit = systemClock.setTimer(CALL_LIMIT_MS, () => late.abort());
  try {
    const { status } = await fetch(new URL(path, url), { method, signal: late.signal });
    if (status !== 204) throw new Error(`${status} from ${method} ${path}`);
  } finally {
    limit.cancel();
  }
}
