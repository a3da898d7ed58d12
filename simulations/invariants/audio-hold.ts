/** A packet of sound is held at a node for no longer than its limit: what goes on later has been left out, or never waited. */
import { MAX_HOLD_MS } from '../../actors/forwarding/control/audio-control.ts';
import { readMarkedPacket } from '../marked-packet.ts';
import type { ObservedDatagram } from '../network.ts';
import { MEDIA_PORT } from '../node-addresses.ts';
import type { Invariant, Scene, SeenNode, Watcher } from './invariant.ts';

/** What timers ring late by, and what else happens in the same turn. */
const SLACK_MS = 1;
/** Sound is not repeated for longer than this, nor held; what came before is forgotten. */
const REMEMBERED_MS = 5_000;

export const audioHold: Invariant = {
  name: 'audio-hold',
  summary: `audio is held for ${MAX_HOLD_MS} ms at most where it is published`,
  watch: scene => new AudioHold(scene),
};

class AudioHold implements Watcher {
  readonly #scene: Scene;
  /** In the order of their coming. */
  readonly #arrivals = new Map<string, { readonly atMs: number; isSent: boolean }>();

  /** As tracks count it themselves: nobody sees what goes to another node. */
  readonly #worstMs = new Map<string, number>();

  constructor(scene: Scene) {
    this.#scene = scene;
  }

  delivered({ bytes, to, toPort }: ObservedDatagram): void {
    if (toPort !== MEDIA_PORT) return;
    const key = keyOf(to, bytes);
    if (key !== undefined && !this.#arrivals.has(key))
      this.#arrivals.set(key, { atMs: this.#scene.clock.nowMs(), isSent: false });
  }

  sent({ bytes, from, fromPort, to }: ObservedDatagram): void {
    if (fromPort !== MEDIA_PORT) return;
    const key = keyOf(from, bytes);
    const arrival = key === undefined ? undefined : this.#arrivals.get(key);
    // Those after the first may be repairs for viewers, who ask late.
    if (arrival === undefined || arrival.isSent) return;
    arrival.isSent = true;
    const heldMs = this.#scene.clock.nowMs() - arrival.atMs;
    if (heldMs > MAX_HOLD_MS + SLACK_MS)
      this.#scene.violate(`${from} to ${to}: a packet of sound was held for ${heldMs.toFixed(1)} ms`);
  }

  look(nowMs: number, seen: readonly SeenNode[]): void {
    for (const { node, report } of seen)
      for (const { stream, tracks } of report.streams)
        for (const { kind, forwarding } of tracks)
          if (kind === 'audio' && (forwarding?.heldMsMax ?? 0) > MAX_HOLD_MS + SLACK_MS)
            this.#tell(`${node.name} ${node.incarnation}: sound of ${stream}`, forwarding!.heldMsMax);
    for (const [key, { atMs }] of this.#arrivals) {
      if (nowMs - atMs < REMEMBERED_MS) return;
      this.#arrivals.delete(key);
    }
  }

  /** Once, and again when it gets worse. */
  #tell(what: string, heldMs: number): void {
    if (heldMs <= (this.#worstMs.get(what) ?? 0)) return;
    this.#worstMs.set(what, heldMs);
    this.#scene.violate(`${what} was held for ${heldMs.toFixed(1)} ms`);
  }
}

/** By node and packet: no two have one number and one moment. */
function keyOf(node: string, bytes: Uint8Array): string | undefined {
  const packet = readMarkedPacket(bytes);
  if (packet?.kind !== 'audio') return undefined;
  return `${node} ${packet.number} ${packet.sentAtMs}`;
}
