/** What the bench of fan-out comes to. */
import { hundredths } from '../rounding.ts';
import type { FanoutGroup } from './fanout-plans.ts';
import { type Most, SATURATED } from './fanout-search.ts';
import type { StageDelivery } from './fanout-stage.ts';
import { quantile, type Spread } from './quantiles.ts';

/** With so many viewers whom nobody reads. */
export interface SinkRun {
  readonly viewers: number;
  /** Those of them who have no media, and why. */
  readonly failed: number;
  readonly failure?: string;
  readonly packetsPerSecond: number;
  readonly cpuUs: Spread;
  readonly serverCpu: number;
  readonly serverWaited: number;
  readonly rssMb: number | undefined;
}

/** Held against a loop that only seals and sends the same to as many, in turn with it. */
export interface HeldRun extends SinkRun {
  /** A packet's in the loop; the median. */
  readonly floorUs: number;
  /** What the node takes over what the loop takes just before and after. */
  readonly timesFloor: Spread;
}

/** Of a loop that only seals and sends; the medians of the runs. */
export interface FloorCost {
  /** A packet. */
  readonly cpuUs: number;
  readonly delayMsP50: number;
  readonly delayMsP99: number;
}

/** Of one recording. */
export interface GroupRun {
  readonly group: FanoutGroup;
  /** With one viewer. */
  readonly rssMbBefore: number | undefined;
  /** One a case. */
  readonly sinks: readonly HeldRun[];
  readonly portable: SinkRun;
  readonly busyViewers: number;
  readonly busy: HeldRun;
  /** With as many viewers as are read. */
  readonly readFloor: FloorCost;
  readonly read: StageDelivery;
  readonly most: Most | undefined;
}

export interface BusyFigures {
  readonly viewers: number;
  readonly packetsPerSecond: number;
  readonly serverCpu: number;
  readonly cpuUsPerPacket: number;
  readonly cpuUsPerPacketMin: number;
  readonly cpuUsPerPacketMax: number;
  /** One burst after the other, to as many. */
  readonly floorUsPerPacket: number;
  /** The former over the latter, run by run: the median, and the extremes. */
  readonly timesFloor: number;
  readonly timesFloorMin: number;
  readonly timesFloorMax: number;
  /** Viewers that were to be there and had no media, and the first reason. */
  readonly failed: number;
  readonly failure?: string;
}

/** At 70 % of the core, as the busy figure has it. */
export interface ReadFigures {
  readonly viewers: number;
  readonly packetsPerSecond: number;
  readonly serverCpu: number;
  readonly serverWaited: number;
  /** Of the publisher and the viewers, of a CPU; near 1 it is they that are measured. */
  readonly loadCpu: number;
  readonly isGeneratorSaturated: boolean;
  /** From a burst's time until the floor had given a packet of it to the kernel, with as many viewers. */
  readonly floorDelayMsP50: number;
  readonly floorDelayMsP99: number;
}

export interface FanoutFigures {
  readonly name: string;
  readonly viewers: number;
  /** That the server sent to viewers. */
  readonly packetsPerSecond: number;
  /** Of the server's process, when nobody reads; the median of the runs. */
  readonly cpuUsPerPacket: number;
  readonly cpuUsPerPacketMin: number;
  readonly cpuUsPerPacketMax: number;
  /** Of a loop that only seals and sends the same, at the same times. */
  readonly floorUsPerPacket: number;
  readonly portableUsPerPacket: number;
  /** In the run that is read: packets that viewers should have had and had not, and how long they took. */
  readonly lost: number;
  readonly delayMsP50?: number;
  readonly delayMsP99?: number;
  readonly rssKbPerViewer?: number;
  readonly serverCpu: number;
  /** Of the time, how much the server wanted its CPU while something else of this machine had it. */
  readonly serverWaited: number;
  /** Viewers without media, and the first reason. */
  readonly failed: number;
  readonly failure?: string;
  readonly busy: BusyFigures;
  readonly read: ReadFigures;
}

export interface FanoutReport {
  readonly cases: readonly FanoutFigures[];
  /** That one core sent with nothing lost; absent where it was not searched for. */
  readonly maxPacketsPerSecond?: number;
  readonly most?: Most;
}

/** Something else had the CPU that the node wanted for more than this of the time: what was measured is the machine. */
const DISTURBED = 0.1;

export function isDisturbed({ serverWaited, read }: FanoutFigures): boolean {
  return Math.max(serverWaited, read.serverWaited) > DISTURBED;
}

export function caseOf(run: GroupRun, index: number): FanoutFigures {
  const { group, sinks, portable, rssMbBefore, read, readFloor } = run;
  const sink = sinks[index]!;
  const { name, viewers } = group.cases[index]!;
  const delays = read.delaysMs.flatMap(all => [...all]);
  return {
    name,
    viewers,
    packetsPerSecond: Math.round(sink.packetsPerSecond),
    cpuUsPerPacket: hundredths(sink.cpuUs.median),
    cpuUsPerPacketMin: hundredths(sink.cpuUs.min),
    cpuUsPerPacketMax: hundredths(sink.cpuUs.max),
    floorUsPerPacket: hundredths(sink.floorUs),
    portableUsPerPacket: hundredths(portable.cpuUs.median),
    lost: read.lost,
    ...(delays.length > 0 && {
      delayMsP50: hundredths(quantile(delays, 0.5)),
      delayMsP99: hundredths(quantile(delays, 0.99)),
    }),
    ...(sink.rssMb !== undefined &&
      rssMbBefore !== undefined && {
        rssKbPerViewer: Math.round(((sink.rssMb - rssMbBefore) * 1024) / Math.max(1, sink.viewers - 1)),
      }),
    serverCpu: hundredths(sink.serverCpu),
    serverWaited: hundredths(sink.serverWaited),
    failed: sink.failed,
    ...(sink.failure !== undefined && { failure: sink.failure }),
    busy: busyOf(run),
    read: {
      viewers: read.viewers,
      packetsPerSecond: Math.round(read.packetsPerSecond),
      serverCpu: hundredths(read.serverCpu),
      serverWaited: hundredths(read.serverWaited),
      loadCpu: hundredths(read.loadCpu),
      isGeneratorSaturated: read.loadCpu >= SATURATED,
      floorDelayMsP50: hundredths(readFloor.delayMsP50),
      floorDelayMsP99: hundredths(readFloor.delayMsP99),
    },
  };
}

function busyOf({ busy }: GroupRun): BusyFigures {
  return {
    viewers: busy.viewers,
    packetsPerSecond: Math.round(busy.packetsPerSecond),
    serverCpu: hundredths(busy.serverCpu),
    cpuUsPerPacket: hundredths(busy.cpuUs.median),
    cpuUsPerPacketMin: hundredths(busy.cpuUs.min),
    cpuUsPerPacketMax: hundredths(busy.cpuUs.max),
    floorUsPerPacket: hundredths(busy.floorUs),
    timesFloor: hundredths(busy.timesFloor.median),
    timesFloorMin: hundredths(busy.timesFloor.min),
    timesFloorMax: hundredths(busy.timesFloor.max),
    failed: busy.failed,
    ...(busy.failure !== undefined && { failure: busy.failure }),
  };
}
