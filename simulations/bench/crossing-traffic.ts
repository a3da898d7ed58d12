/** The sender's part of the bench of crossing cores, and the work that stands for a shard's. */
import { createCipheriv } from 'node:crypto';
import { type Clock, nextTurn } from '../../transports/clock.ts';
import type { MediaEntry } from '../../transports/memory/media-entry.ts';
import type { SlabMemory } from '../../transports/memory/slab-memory.ts';
import { SlabWriter, trackQuotas } from '../../transports/memory/slab-writer.ts';
import { type CrossingPlan, STREAMS } from './crossing-plans.ts';

const PACKET_BYTES = 1_100;
const BESIDE_EVERY_MS = 1;

const key = Buffer.alloc(16, 1);
const nonce = Buffer.alloc(12, 2);

/** Encrypts the packet as many times as it has viewers, as SRTP would (RFC 7714). */
export function sealFor(viewers: number, packet: Uint8Array): void {
  for (let i = 0; i < viewers; i += 1) {
    const cipher = createCipheriv('aes-128-gcm', key, nonce);
    cipher.update(packet);
    cipher.final();
    cipher.getAuthTag();
  }
}

/** Work that has nothing to do with what is measured, until the thread ends. */
export function sealBeside(clock: Clock, packets: number): void {
  if (packets === 0) return;
  const packet = new Uint8Array(PACKET_BYTES);
  clock.setTimer(BESIDE_EVERY_MS, () => {
    sealFor(packets, packet);
    sealBeside(clock, packets);
  });
}

export interface Outlet {
  /** False when there is no room. */
  send(entry: MediaEntry): boolean;
  flush(): void;
}

/** Writes packets to the slab and sends them as the plan says, until `endMs`. */
export function sendTraffic(
  clock: Clock,
  plan: CrossingPlan,
  slab: SlabMemory,
  outlet: Outlet,
  endMs: number,
): void {
  const writer = new SlabWriter(slab);
  const tracks = Array.from({ length: STREAMS }, () => writer.openTrack(trackQuotas.video)!);
  let sequenceNumber = 0;
  const sendOne = (nowMs: number, index: number) => {
    const stream = Math.floor(sequenceNumber / plan.burst) % STREAMS;
    const track = tracks[stream]!;
    track.reserve(nowMs, PACKET_BYTES).fill(sequenceNumber);
    sequenceNumber += 1;
    return outlet.send({
      stream,
      kind: 'video',
      startsKeyframe: index === 0,
      startsFrame: index === 0,
      isPast: false,
      reference: track.commit(PACKET_BYTES),
      epoch: 1,
      sequenceNumber,
      timestamp: sequenceNumber,
      arrivedAtMs: clock.nowMs(),
    });
  };
  let dueAtMs = clock.nowMs();
  const burst = () => {
    const nowMs = clock.nowMs();
    if (nowMs >= endMs) return;
    // A timer has whole milliseconds: what has become due meanwhile comes now.
    for (; dueAtMs <= nowMs; dueAtMs += plan.intervalMs) {
      for (let index = 0; index < plan.burst; index += 1) sendOne(nowMs, index);
      outlet.flush();
      if (plan.intervalMs === 0) break;
    }
    if (plan.intervalMs === 0) nextTurn(burst);
    else clock.setTimer(dueAtMs - clock.nowMs(), burst);
  };
  burst();
}
