/** What the tests of the actor runtime share: systems on virtual time, a puppet actor, and links within the process. */
import { type Address, addressOf } from '../../../actors/runtime/address.ts';
import type { Behaviour, Message } from '../../../actors/runtime/behaviour.ts';
import { type Effect, perform } from '../../../actors/runtime/effects.ts';
import type { Envelope, Link } from '../../../actors/runtime/link.ts';
import type { LogEntry } from '../../../actors/runtime/log-entry.ts';
import { ActorSystem, type ActorSystemOptions } from '../../../actors/runtime/system.ts';
import { seededRandom } from '../../../simulations/seeded-random.ts';
import { VirtualClock } from '../../../simulations/virtual-clock.ts';

export interface TestSystem {
  readonly system: ActorSystem;
  readonly clock: VirtualClock;
  readonly log: LogEntry[];
  /** What came to the port `journal`. */
  readonly journal: unknown[];
}

export function testSystem(options: Partial<ActorSystemOptions> & { clock?: VirtualClock } = {}): TestSystem {
  const clock = options.clock ?? new VirtualClock();
  const log: LogEntry[] = [];
  const journal: unknown[] = [];
  const system = new ActorSystem({
    node: 'a',
    root: '',
    random: seededRandom('test'),
    log: entry => log.push(entry),
    ...options,
    clock,
    ports: { journal: command => journal.push(command), ...options.ports },
  });
  return { system, clock, log, journal };
}

/** Has a puppet carry out effects. */
export const act = (...effects: Effect[]): Message => ({ type: 'act', effects }) as Message;
/** Has a puppet throw. */
export const fail = (): Message => ({ type: 'fail' });
export const note = (text: string): Effect => perform('journal', text);
export const at = (path: string, node = 'a'): Address => addressOf(node, path);

export interface PuppetArgs {
  /** Carried out at its start. */
  readonly first?: readonly Effect[];
  /** Its last effects. */
  readonly last?: readonly Effect[];
  /** Whatever else it is sent, and where it is answered. */
  readonly heard?: Message[];
  readonly reply?: (message: Message) => readonly Effect[];
}

/** Does what it is told by `act` and `fail`, writes down the rest, and counts its messages as its state. */
function puppetThat(
  restart: 'always' | 'never',
): Behaviour<PuppetArgs, PuppetArgs & { count: number }, Message> {
  return {
    name: 'puppet',
    restart,
    start: args => [{ ...args, count: 0 }, ...(args.first ?? [])],
    receive(state, message) {
      if (message.type === 'fail') throw new Error('told to fail');
      const next = { ...state, count: state.count + 1 };
      if (message.type === 'act') return [next, ...(message as unknown as { effects: Effect[] }).effects];
      state.heard?.push(message);
      return [next, ...(state.reply?.(message) ?? [])];
    },
    stopped: state => state.last ?? [],
  };
}

export const puppet = puppetThat('always');
export const mortalPuppet = puppetThat('never');

export interface LinkPair {
  readonly ends: readonly [Link, Link];
  /** Every envelope that went over it. */
  readonly posted: Envelope[];
  close(): void;
}

/** A link whose envelopes arrive, as copies, while they are posted; closing it is heard at both ends. */
export function linkPair(): LinkPair {
  const posted: Envelope[] = [];
  const listeners: [((envelope: Envelope) => void)?, ((envelope: Envelope) => void)?] = [];
  const onClosed: (() => void)[] = [];
  let open = true;
  const end = (own: 0 | 1): Link => ({
    post(envelope) {
      if (!open) return;
      posted.push(envelope);
      listeners[own === 0 ? 1 : 0]?.(structuredClone(envelope));
    },
    listen(onEnvelope, closed) {
      listeners[own] = onEnvelope;
      onClosed.push(closed);
    },
  });
  return {
    ends: [end(0), end(1)],
    posted,
    close() {
      open = false;
      for (const closed of onClosed) closed();
    },
  };
}

/** Two nodes, `a` and `b`, on one clock and joined by a link. */
export function twoNodes(): { a: TestSystem; b: TestSystem; link: LinkPair; quiet: () => Promise<void> } {
  const clock = new VirtualClock();
  const a = testSystem({ clock, node: 'a' });
  const b = testSystem({ clock, node: 'b' });
  const link = linkPair();
  a.system.attachNode('b', link.ends[0]);
  b.system.attachNode('a', link.ends[1]);
  const quiet = async () => {
    while (a.system.pending + b.system.pending > 0) {
      await a.system.whenQuiet();
      await b.system.whenQuiet();
    }
  };
  return { a, b, link, quiet };
}

export const numbered = (number: number): Message => ({ type: 'numbered', number }) as Message;
export const numbersOf = (messages: readonly Message[]): number[] =>
  messages.map(message => (message as unknown as { number: number }).number);
