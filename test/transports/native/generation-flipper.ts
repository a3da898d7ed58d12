/** Begins a page anew and takes that back, again and again, until it is ended. */
import { workerData } from 'node:worker_threads';

const { words, at } = workerData as { readonly words: Int32Array; readonly at: number };
for (;;) {
  Atomics.add(words, at, 1);
  Atomics.sub(words, at, 1);
}
