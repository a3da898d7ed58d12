/**
 * `/scheduling`, on every node of a cluster: asks a scheduler what anybody on this node wants to know of one, and asks
 * another when that one does not answer, so that a scheduler that dies costs nobody a question.
 */
import type { Address } from '../runtime/address.ts';
import type { Behaviour, Message, Self, Step } from '../runtime/behaviour.ts';
import { ask, type Effect, tell } from '../runtime/effects.ts';
import type { FindParent, Locate, NoScheduler, Place, ReportCluster, SchedulerIs } from './messages.ts';

/**
 * A scheduler answers out of its memory. One that has not after this long hangs or is far too busy, and those who ask
 * (1 s at the least) have time for another.
 */
const ANOTHER_AFTER_MS = 600;
/** The last that can be asked has as long as the most patient of those who ask. */
const LAST_TIMEOUT_MS = 5000;
/** A flash crowd asks a thousand times a second; this is as much as the most patient can have open. */
const OPEN_MAX = 10_000;

type SchedulerQuestion = Place | FindParent | Locate | ReportCluster;

interface Open {
  readonly question: SchedulerQuestion;
  /** The schedulers that have been asked, by node; the last is being asked. */
  readonly asked: readonly string[];
}

interface SchedulingState {
  /** The one to ask first is first. */
  readonly schedulers: readonly Address[];
  /** By key. Changed in place: each question would copy it. */
  readonly open: Map<string, Open>;
  readonly lastNumber: number;
}

export const scheduling: Behaviour<readonly Address[], SchedulingState, SchedulerQuestion | SchedulerIs> = {
  name: 'scheduling',
  restart: 'always',
  start: schedulers => [{ schedulers, open: new Map(), lastNumber: 0 }],
  receive(state, message, self) {
    switch (message.type) {
      case 'answer':
        return answered(state, message.key, message.message);
      case 'no-answer':
        return unanswered(state, message.key);
      case 'scheduler-is':
        return [first(state, message.address.node)];
      case 'down':
        return [state];
      default:
        return begin(state, message, self);
    }
  },
};

function begin(state: SchedulingState, question: SchedulerQuestion, { nowMs }: Self): Step<SchedulingState> {
  if (state.open.size >= OPEN_MAX) return [state, tell(question.replyTo, away)];
  const lastNumber = state.lastNumber + 1;
  const key = `${nowMs} ${lastNumber}`;
  return [{ ...state, lastNumber }, askNext(state, key, { question, asked: [] })];
}

/** Asks the first that has not been asked; there is one. */
function askNext({ schedulers, open }: SchedulingState, key: string, { question, asked }: Open): Effect {
  const left = schedulers.filter(({ node }) => !asked.includes(node));
  const [next] = left;
  open.set(key, { question, asked: [...asked, next!.node] });
  // `ask` puts its own in the place of `replyTo`.
  return ask(next!, question, key, left.length > 1 ? ANOTHER_AFTER_MS : LAST_TIMEOUT_MS);
}

function answered(state: SchedulingState, key: string, answer: Message): Step<SchedulingState> {
  const found = state.open.get(key);
  if (found === undefined) return [state];
  // It cannot say yet; it may be the next to be asked again, once it can.
  if (answer.type === 'starting') return unanswered(state, key);
  state.open.delete(key);
  const { asked, question } = found;
  // The first to be asked has not answered: this one is the first, until `/membership` says otherwise.
  const next = asked.length > 1 ? first(state, asked.at(-1)!) : state;
  return [next, tell(question.replyTo, answer)];
}

function unanswered(state: SchedulingState, key: string): Step<SchedulingState> {
  const found = state.open.get(key);
  if (found === undefined) return [state];
  if (found.asked.length < state.schedulers.length) return [state, askNext(state, key, found)];
  state.open.delete(key);
  return [state, tell(found.question.replyTo, away)];
}

function first(state: SchedulingState, node: string): SchedulingState {
  const { schedulers } = state;
  if (schedulers[0]!.node === node) return state;
  const isFirst = (one: Address) => one.node === node;
  return {
    ...state,
    schedulers: [...schedulers.filter(isFirst), ...schedulers.filter(one => !isFirst(one))],
  };
}

const away: NoScheduler = { type: 'no-scheduler' };
