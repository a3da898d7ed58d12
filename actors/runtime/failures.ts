/** The errors that the actor system hands out; told apart by their class. */
import { type Address, formatAddress } from './address.ts';

/** Nothing came for an `ask` within its time. */
export class AskTimeout extends Error {
  constructor(to: Address, timeoutMs: number) {
    super(`${formatAddress(to)} did not answer within ${timeoutMs} ms`);
    this.name = 'AskTimeout';
  }
}

/** Nobody is there to answer an `ask`: gone, crashed over it, full, or the link to it closed. */
export class NotReachable extends Error {
  constructor(to: Address) {
    super(`${formatAddress(to)} cannot be reached`);
    this.name = 'NotReachable';
  }
}

/** An actor's children crashed more often than it may restart them; `cause` is the last crash. */
export class RestartsExceeded extends Error {
  constructor(path: string, cause: unknown) {
    super(`${path} crashed more often than its supervisor may restart it`, { cause });
    this.name = 'RestartsExceeded';
  }
}
