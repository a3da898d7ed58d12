/** What a bench's processes tell it, by messages that have a kind. */
import type { ChildProcess } from 'node:child_process';

/** The first event of that kind; rejects when the process tells of an error, or ends before. */
export function eventOf<Event extends { readonly kind: string }, Kind extends string>(
  child: ChildProcess,
  who: string,
  kind: Kind,
): Promise<Extract<Event, { kind: Kind }>> {
  return new Promise((resolve, reject) => {
    const onMessage = (message: unknown) => {
      const event = message as Event | { readonly kind: 'error'; readonly error: string };
      if (event.kind === kind) resolve(event as Extract<Event, { kind: Kind }>);
      else if ('error' in event) reject(new Error(event.error));
      else return;
      child.off('message', onMessage);
      child.off('exit', onExit);
    };
    const onExit = (code: number | null) => {
      child.off('message', onMessage);
      reject(new Error(`${who} ended with ${code}`));
    };
    child.on('message', onMessage);
    child.once('exit', onExit);
  });
}

/** In such a process: the next thing that the bench tells it. */
export function nextWord<Word>(): Promise<Word> {
  return new Promise(resolve => process.once('message', message => resolve(message as Word)));
}
