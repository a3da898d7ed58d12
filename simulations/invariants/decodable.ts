/**
 * What a node forwards to a viewer is in order, without a gap in its numbers, and decodable: a picture begins with a
 * keyframe, and after anything that was left out goes on with one. Holds where forwarding control is on.
 */
import { type MarkedPacket, readMarkedPacket } from '../marked-packet.ts';
import type { ObservedDatagram } from '../network.ts';
import { MEDIA_PORT } from '../node-addresses.ts';
import type { Invariant, Scene, Watcher } from './invariant.ts';

/** Flows on which nothing has come for so long are over, and forgotten. */
const FORGET_AFTER_MS = 60_000;
/** Packets that may be sent again: some ten seconds of sound. */
const REMEMBERED = 512;

export const decodable: Invariant = {
  name: 'decodable',
  summary: 'what is forwarded to viewers is decodable and in order',
  watch: scene => new Decodable(scene),
};

interface Flow {
  last: MarkedPacket | undefined;
  atMs: number;
  /** By sequence number modulo REMEMBERED: the packet that had it last, as `nameOf` has it; 0 is none. */
  readonly seen: Float64Array;
}

class Decodable implements Watcher {
  readonly #scene: Scene;
  /** A track to a viewer. */
  readonly #flows = new Map<string, Flow>();

  constructor(scene: Scene) {
    this.#scene = scene;
  }

  sent({ bytes, from, fromPort, to, toPort }: ObservedDatagram): void {
    if (fromPort !== MEDIA_PORT) return;
    const packet = readMarkedPacket(bytes);
    if (packet === undefined || packet.isRepair) return;
    const key = `${from} ${to} ${toPort} ${packet.ssrc}`;
    const flow = this.#flows.get(key) ?? { last: undefined, atMs: 0, seen: new Float64Array(REMEMBERED) };
    this.#flows.set(key, flow);
    const place = packet.sequenceNumber % REMEMBERED;
    // What is sent again under its own number, as sound without RTX is, is none of the row.
    const name = nameOf(packet);
    if (flow.seen[place] === name) return;
    flow.seen[place] = name;
    const { last } = flow;
    const wrong = last === undefined ? wrongBegin(packet) : wrongNext(last, packet);
    flow.last = packet;
    flow.atMs = this.#scene.clock.nowMs();
    if (wrong !== undefined) this.#scene.violate(`${from} to ${to} port ${toPort}, ${packet.kind}: ${wrong}`);
  }

  look(nowMs: number): void {
    for (const [key, { atMs }] of this.#flows) if (nowMs - atMs > FORGET_AFTER_MS) this.#flows.delete(key);
  }
}

/** Above 0. A track that is published anew counts from 0 again, so that the number alone names none. */
function nameOf({ number, sequenceNumber }: MarkedPacket): number {
  return (number + 1) * 0x1_0000 + sequenceNumber;
}

function wrongBegin({ kind, beginsFrame, isKeyframe }: MarkedPacket): string | undefined {
  return kind === 'audio' || (beginsFrame && isKeyframe) ? undefined : 'begins without a keyframe';
}

function wrongNext(last: MarkedPacket, next: MarkedPacket): string | undefined {
  const expected = (last.sequenceNumber + 1) & 0xffff;
  if (next.sequenceNumber !== expected)
    return `sequence number ${next.sequenceNumber} after ${last.sequenceNumber}`;
  if (next.sentAtMs < last.sentAtMs)
    return `packet ${next.number} of ${ms(next)}, which is older than ${last.number} of ${ms(last)}`;
  if (next.kind === 'audio' || (next.beginsFrame && next.isKeyframe)) return undefined;
  if (next.number !== last.number + 1)
    return `packet ${next.number} after ${last.number}, and it begins no keyframe`;
  return next.beginsFrame === last.endsFrame ? undefined : `packet ${next.number} is out of its frame`;
}

function ms({ sentAtMs }: MarkedPacket): string {
  return `${sentAtMs.toFixed(1)} ms`;
}
