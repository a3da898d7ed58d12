/** What part of a CPU a thread with media gets, where others want that CPU too. */
import { setPriority } from 'node:os';

/**
 * The nice value of threads with media (sched(7)). Against a thread of nice 0 it means nine tenths of the CPU that both want
 * (the kernel's weights are 9548 to 1024): packets do not wait while HTTP is served or another program runs. The tenth is
 * enough for what the main thread must not miss, heartbeats first, where there is one CPU for all.
 */
export const MEDIA_NICE = -10;

/**
 * Gives the calling thread, and no other, the nice value MEDIA_NICE. False where the system does not let it (CAP_SYS_NICE
 * or RLIMIT_NICE is needed), or has priorities of processes alone; all is as it was then.
 */
export function raiseThreadPriority(): boolean {
  if (process.platform !== 'linux') return false;
  try {
    // 0 is the caller, which in Linux is a thread (setpriority(2), "C library/kernel differences").
    setPriority(0, MEDIA_NICE);
    return true;
  } catch {
    return false;
  }
}
