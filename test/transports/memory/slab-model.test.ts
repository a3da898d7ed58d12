import test from 'ava';
import fc from 'fast-check';
import {
  createSlabMemory,
  PAGE_CONTENT_BYTES,
  type PacketReference,
} from '../../../transports/memory/slab-memory.ts';
import { SlabReader } from '../../../transports/memory/slab-reader.ts';
import { SlabWriter } from '../../../transports/memory/slab-writer.ts';
import type { TrackQuota, TrackWriter } from '../../../transports/memory/track-writer.ts';
import { fillPacket, holdsPacket } from './numbered.ts';

const PAGES = 10;
const PACKET_MAX_BYTES = 12_000;
/** What a page surely takes before a packet does not fit any more. */
const PAGE_LEAST_BYTES = PAGE_CONTENT_BYTES - PACKET_MAX_BYTES;

const step = fc.oneof(
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant('open' as const), pages: fc.integer({ min: 2, max: 6 }) }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('close' as const), track: fc.nat(4) }) },
  {
    weight: 12,
    arbitrary: fc.record({
      do: fc.constant('write' as const),
      track: fc.nat(4),
      length: fc.integer({ min: 1, max: PACKET_MAX_BYTES }),
      passMs: fc.nat(40),
    }),
  },
);

interface Track {
  readonly writer: TrackWriter;
  readonly quota: TrackQuota;
  /** Its packets, the oldest first. */
  readonly written: { readonly number: number; readonly reference: PacketReference; readonly atMs: number }[];
}

test('under any mix of tracks, a reader believes nothing false, and misses nothing that a quota covers', t => {
  let believed = 0;
  let missed = 0;
  fc.assert(
    fc.property(fc.array(step, { maxLength: 120, size: 'max' }), steps => {
      const memory = createSlabMemory(3, PAGES);
      const slab = new SlabWriter(memory);
      const reader = new SlabReader(memory);
      const open: Track[] = [];
      const closed: Track[] = [];
      let nowMs = 0;
      for (const [number, s] of steps.entries()) {
        if (s.do === 'open') {
          const quota = { pages: s.pages, ageMs: 100 };
          const promised = open.reduce((sum, track) => sum + track.quota.pages, 0);
          const writer = slab.openTrack(quota);
          if ((writer === undefined) !== promised + s.pages > PAGES) return false;
          if (writer !== undefined) open.push({ writer, quota, written: [] });
        } else if (open.length > 0) {
          const index = s.track % open.length;
          const track = open[index]!;
          if (s.do === 'close') {
            track.writer.close();
            closed.push(...open.splice(index, 1));
          } else {
            nowMs += s.passMs;
            fillPacket(track.writer.reserve(nowMs, s.length), number);
            track.written.push({ number, reference: track.writer.commit(s.length), atMs: nowMs });
          }
        }
        const held = open.reduce((sum, track) => sum + track.writer.pages, 0);
        if (slab.freePages + held !== PAGES) return false;
        if (open.some(({ writer, quota }) => writer.pages > quota.pages)) return false;
      }
      const isIntact = ({ reference, number }: Track['written'][number]) => {
        const bytes = reader.view(reference);
        const holds = bytes !== undefined && holdsPacket(bytes, number);
        const verified = reader.verify(reference);
        // Both ways: nothing else is going on in this thread.
        if (holds !== verified) throw new Error(`packet ${number} holds ${holds}, verified ${verified}`);
        if (verified) believed += 1;
        else missed += 1;
        return verified;
      };
      for (const { written } of closed) written.forEach(isIntact);
      return open.every(({ written, quota }) => {
        let bytesSince = 0;
        return written.toReversed().every(packet => {
          const atLastMs = written.at(-1)!.atMs;
          const covered =
            packet === written.at(-1) ||
            (bytesSince <= (quota.pages - 2) * PAGE_LEAST_BYTES && atLastMs - packet.atMs <= quota.ageMs);
          bytesSince += packet.reference.length + 7;
          return isIntact(packet) || !covered;
        });
      });
    }),
    { numRuns: 100 },
  );
  t.true(believed > 0 && missed > 0, `${believed} believed, ${missed} missed: not both were tried`);
});
