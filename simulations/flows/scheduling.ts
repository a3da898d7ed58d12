/** The scheduler of a cluster of which only flows are simulated: the production one, and where it stands. */
import { addressOf } from '../../actors/runtime/address.ts';
import type { Message } from '../../actors/runtime/behaviour.ts';
import type { FindParent, Place, Register } from '../../actors/scheduler/messages.ts';
import { scheduler } from '../../actors/scheduler/scheduler.ts';
import { LoneActor } from '../lone-actor.ts';
import type { SeededRandom } from '../seeded-random.ts';

export class Scheduling {
  readonly idc: string;
  readonly #actor: LoneActor<Parameters<typeof scheduler.start>[0], unknown, Register | Place | FindParent>;

  constructor(idc: string, random: SeededRandom) {
    this.idc = idc;
    this.#actor = new LoneActor(scheduler, null, addressOf('scheduler', '/scheduler'), random) as never;
  }

  hear(nowMs: number, message: Register): void {
    this.#actor.hear(nowMs, message);
  }

  ask<A extends Message>(nowMs: number, question: Place | FindParent): A {
    const answer = this.#actor.ask(nowMs, question);
    if (answer === undefined) throw new Error(`the scheduler does not answer ${question.type}`);
    return answer as A;
  }
}
