/** What is said to `ended`, which remembers the last words of sessions that are gone. */
import type { SessionFacts } from '../forwarding/commands.ts';
import type { Address } from '../runtime/address.ts';

/** From a session, with its last breath. */
export interface Ended {
  readonly type: 'ended';
  readonly facts: SessionFacts;
}

/** Answered by Described or Refused. */
export interface DescribeEnded {
  readonly type: 'describe-ended';
  readonly session: string;
  readonly replyTo: Address;
}
