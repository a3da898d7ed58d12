/**
 * A worker thread of the tests: answers each datagram with packets for a group and the datagram itself. It is `idle` between
 * datagrams, or `busy` with packets of its own from the first one on, and then never comes back to its loop.
 */
import { parentPort, workerData } from 'node:worker_threads';
import type { FanoutPacket } from '../../../transports/fanout/port.ts';
import { createSlabMemory } from '../../../transports/memory/slab-memory.ts';
import { SlabPacket } from '../../../transports/memory/slab-packet.ts';
import { SlabReader } from '../../../transports/memory/slab-reader.ts';
import { SlabWriter } from '../../../transports/memory/slab-writer.ts';
import type { Path } from '../../../transports/udp/path.ts';
import { canonicalPacket } from '../fanout/packets.ts';
import { nativeFanout, openNative } from './sockets.ts';

export interface PouringThreadData {
  readonly mode: 'idle' | 'busy';
}

const VIEWERS = 8;
/** For each datagram: what comes of one has room in the buffer that any system gives. */
const PACKETS = 5;
const { mode } = workerData as PouringThreadData;

const memory = createSlabMemory(0, 2);
const track = new SlabWriter(memory).openTrack({ pages: 2, ageMs: 0 })!;
const reader = new SlabReader(memory);

function trackPacket(sequenceNumber: number): FanoutPacket {
  const bytes = canonicalPacket({ sequenceNumber, payloadBytes: 1000 });
  track.reserve(0, bytes.length).set(bytes);
  const reference = track.commit(bytes.length);
  const stored = new SlabPacket(reference, reader);
  return { bytes: reader.view(reference)!, stored, sequenceNumber, timestamp: 0 };
}

let sequenceNumber = 0;
let isFirst = true;
const socket = await openNative({
  sink: {
    receive(bytes, path) {
      if (isFirst) begin(path);
      isFirst = false;
      work(bytes, path);
      while (mode === 'busy') work(bytes, path);
    },
    batchEnd() {
      fanout.flush();
      socket.flush();
    },
  },
});
const { fanout, openOutlet } = nativeFanout(socket);
const group = fanout.openGroup();
const outlets = Array.from({ length: VIEWERS }, () => openOutlet());

function begin(path: Path): void {
  for (const outlet of outlets) {
    outlet.lead(path);
    group.add(outlet);
  }
}

function work(bytes: Uint8Array, path: Path): void {
  for (let i = 0; i < PACKETS; i += 1) {
    sequenceNumber += 1;
    group.send(trackPacket(sequenceNumber));
  }
  socket.send(bytes, path);
  if (mode === 'busy') {
    fanout.flush();
    socket.flush();
  }
  // Objects of its own that are collected meanwhile.
  openOutlet().lead(path);
  if (!Number.isInteger(socket.counters.datagramsSent)) throw new Error('no counters');
}

parentPort!.postMessage(socket.port);
