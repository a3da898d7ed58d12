/**
 * How one stream comes to the nodes that want it, where only flows are simulated: each asks the scheduler for a parent, as
 * its stream's actor would, fetches it there, and asks now and then whether another is better.
 */
import { addressOf } from '../../actors/runtime/address.ts';
import type { NoParent, Parent } from '../../actors/scheduler/messages.ts';
import { REVIEW_MS, SETTLED_MS } from '../../actors/stream/review.ts';
import { PATH_MAX_NODES } from '../../transports/relay/limits.ts';
import type { FlowLines } from './flow-lines.ts';
import type { FlowNode } from './flow-node.ts';
import type { Scheduling } from './scheduling.ts';

/** A new relay link: a hello that is answered by a cookie, and one that is answered by the peer's half of the keys. */
const GREETING_ROUND_TRIPS = 2;

export interface TreeEvents {
  /** A node has begun to get the stream, or gets it from another one. */
  onParent(nowMs: number, node: FlowNode, parent: FlowNode, before: FlowNode | undefined): void;
}

export class FlowTree {
  readonly #stream: string;
  readonly #nodes: ReadonlyMap<string, FlowNode>;
  readonly #lines: FlowLines;
  readonly #scheduling: Scheduling;
  readonly #events: TreeEvents;

  constructor(
    stream: string,
    nodes: ReadonlyMap<string, FlowNode>,
    lines: FlowLines,
    scheduling: Scheduling,
    events: TreeEvents,
  ) {
    this.#stream = stream;
    this.#nodes = nodes;
    this.#lines = lines;
    this.#scheduling = scheduling;
    this.#events = events;
  }

  /** Somebody at the node wants the stream, from `atMs` on; when it is there, ms. */
  want(nowMs: number, node: FlowNode, atMs: number, path: readonly string[] = []): number {
    if (node.readyAtMs !== undefined) return node.readyAtMs;
    const travelled = [...path, node.name];
    if (travelled.length > PATH_MAX_NODES)
      throw new Error(`the way to ${this.#stream} is endless: ${travelled}`);
    const parent = this.#find(nowMs, node, travelled);
    node.readyAtMs = this.#arrival(nowMs, node, parent, atMs, travelled);
    node.reviewAtMs = node.readyAtMs + REVIEW_MS;
    this.#take(nowMs, node, parent);
    return node.readyAtMs;
  }

  /** What is due: each node asks whether its parent is still the best. */
  review(nowMs: number): void {
    for (const node of this.#nodes.values()) {
      const { parent } = node;
      if (parent === undefined || nowMs < node.reviewAtMs) continue;
      node.reviewAtMs = nowMs + REVIEW_MS;
      const better = this.#find(nowMs, node, [node.name], parent.name);
      if (better === parent) continue;
      // It is tried beside the old one, so that the stream is there all the time.
      this.#arrival(nowMs, node, better, nowMs, [node.name]);
      this.#take(nowMs, node, better);
      node.reviewAtMs = nowMs + SETTLED_MS;
    }
  }

  /** Who has nobody to have the stream for has it no more. */
  release(): void {
    for (const node of this.#nodes.values()) {
      if (node.parent === undefined || node.viewers > 0 || node.children.size > 0) continue;
      node.parent.children.delete(node);
      node.parent = undefined;
      node.readyAtMs = undefined;
      node.reviewAtMs = Number.POSITIVE_INFINITY;
    }
  }

  #find(nowMs: number, { name }: FlowNode, path: readonly string[], current?: string): FlowNode {
    const answer = this.#scheduling.ask<Parent | NoParent>(nowMs, {
      type: 'find-parent',
      stream: this.#stream,
      node: name,
      path,
      ...(current !== undefined && { current }),
      replyTo: addressOf(name, '/shards/shard-0'),
    });
    if (answer.type !== 'parent') throw new Error(`${name} finds no parent: ${answer.reason}`);
    return this.#nodes.get(answer.node)!;
  }

  /** When the stream comes, if it is asked for from `atMs` on. */
  #arrival(nowMs: number, node: FlowNode, parent: FlowNode, atMs: number, path: readonly string[]): number {
    const toSchedulerMs = this.#lines.betweenMs(node.idc, this.#scheduling.idc);
    const wayMs = this.#lines.betweenMs(parent.idc, node.idc);
    const askedAtMs = atMs + 2 * toSchedulerMs + (2 * GREETING_ROUND_TRIPS + 1) * wayMs;
    return Math.max(askedAtMs, this.want(nowMs, parent, askedAtMs, path)) + wayMs;
  }

  #take(nowMs: number, node: FlowNode, parent: FlowNode): void {
    const before = node.parent;
    before?.children.delete(node);
    node.parent = parent;
    parent.children.add(node);
    this.#events.onParent(nowMs, node, parent, before);
  }
}

/** From the origin down to the node. */
export function wayTo(node: FlowNode): readonly FlowNode[] {
  const way = [node];
  for (let above = node.parent; above !== undefined && !way.includes(above); above = above.parent)
    way.unshift(above);
  return way;
}
