/**
 * Which stream each session belongs to that was opened through this gateway, so that a caller whose token is for some streams
 * may have to do with its own session without that being asked first. What is not known here, the session itself knows.
 */

/** Twice what one core holds at all, at about 150 bytes each, 3 MB. Past it the one opened first is forgotten. */
const SESSIONS_MAX = 20_000;

export class OpenedSessions {
  readonly #limit: number;
  readonly #streams = new Map<string, string>();

  constructor(limit: number = SESSIONS_MAX) {
    this.#limit = limit;
  }

  /** A session never changes its stream. */
  note(session: string, stream: string): void {
    this.#streams.set(session, stream);
    if (this.#streams.size > this.#limit) this.#streams.delete(this.#streams.keys().next().value!);
  }

  streamOf(session: string): string | undefined {
    return this.#streams.get(session);
  }
}
