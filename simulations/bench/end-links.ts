/** One end of the lines of the relay bench, whatever transport is on them. */

export interface EndLinks {
  /** Of each link, where the line is to lead to. */
  readonly ports: readonly number[];
  /** Where the line is, for each link. */
  connect(ports: readonly number[]): Promise<void>;
  /** Whether messages can pass. Throws when a link is down. */
  areReady(): boolean;
  /** The sender's. */
  send(nowMs: number, link: number, stream: number, message: Uint8Array): void;
  /** What was sent on that link may go out. */
  settle(link: number): void;
}
