/** An actor's behaviour as it is, without the system, links and threads around it: told and asked things one by one. */
import type { Address } from '../actors/runtime/address.ts';
import type { Behaviour, Message } from '../actors/runtime/behaviour.ts';
import type { Effect } from '../actors/runtime/effects.ts';
import type { Random } from '../transports/random.ts';

export class LoneActor<Args, State, M extends Message> {
  readonly #behaviour: Behaviour<Args, State, M>;
  readonly #address: Address;
  readonly #random: Random;
  #state: State;

  constructor(behaviour: Behaviour<Args, State, M>, args: Args, address: Address, random: Random) {
    this.#behaviour = behaviour;
    this.#address = address;
    this.#random = random;
    [this.#state] = behaviour.start(args, { address, random, nowMs: 0, wallMs: 0 });
  }

  /** Both clocks are at `nowMs`. */
  hear(nowMs: number, message: M): readonly Effect[] {
    const self = { address: this.#address, random: this.#random, nowMs, wallMs: nowMs };
    const [state, ...effects] = this.#behaviour.receive(this.#state, message, self);
    this.#state = state;
    return effects;
  }

  /** What it tells whoever asks, at once; undefined if it does not. */
  ask(nowMs: number, question: M & { readonly replyTo: Address }): Message | undefined {
    for (const effect of this.hear(nowMs, question))
      if (effect.effect === 'tell' && effect.to === question.replyTo) return effect.message;
    return undefined;
  }
}
