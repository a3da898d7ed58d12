/** What the runs of the bench of uplinks come to. */
import { tenths } from '../rounding.ts';
import { quantile, spreadOf } from './quantiles.ts';
import type { DecodingFigures, PublisherFigures, RawFigures, Repairs } from './uplink-protocol.ts';

export type Control = 'on' | 'off';

/** What the publisher's line loses. */
export interface Loss {
  /** Percent, 0 to 100. */
  readonly loss: number;
  /** How many are lost in a row on average; 1: each is lost or not by itself. */
  readonly burst: number;
  /** `off`: the publisher repeats nothing, so that what is lost is lost for good. */
  readonly repairs: Repairs;
}

/** One run of one setting. */
export interface UplinkRun extends Loss {
  readonly control: Control;
  /** Datagrams that the line lost, of those that the publisher sent. */
  readonly datagramsLost: number;
  readonly datagramsSent: number;
  readonly publisher: PublisherFigures;
  readonly decoding: DecodingFigures;
  readonly raw: RawFigures;
}

/** Of each figure the median of the runs, but for the extremes, and for counts of what must not be, which are sums. */
export interface UplinkRow extends Loss {
  readonly control: Control;
  /** Decoded pictures that are not what was sent; the sum of all runs. */
  readonly corruptFrames: number;
  /** Frames that reached the raw viewer and that even a patient decoder could not decode; the sum of all runs. */
  readonly undecodableFrames: number;
  /** The same for a decoder that takes packets as they come; the sum of all runs. */
  readonly undecodableOnArrival: number;
  /** Frames that the raw viewer got the beginning of and no more, without a gap: no decoder is given one. */
  readonly cutShortFrames: number;
  readonly freezes: number;
  readonly freezeMs: number;
  readonly freezeMsMin: number;
  readonly freezeMsMax: number;
  readonly audioGapMs: number;
  /** From capture to rendering. */
  readonly delayMsP50: number;
  readonly delayMsP99: number;
  /** Keyframes that the viewer's decoder had to ask for. */
  readonly decoderResets: number;
  readonly freezesByLibwebrtc: number;
  readonly freezeMsByLibwebrtc: number;
  readonly framesSent: number;
  readonly framesDecoded: number;
  readonly framesPerSecond: number;
  /** NACK messages about video that reached the publisher, and packets that it repeated. */
  readonly nacks: number;
  readonly packetsRepeated: number;
  /** Keyframes that the node asked the publisher for, and those that it sent. */
  readonly keyframesAsked: number;
  readonly keyframesSent: number;
  readonly viewerNacks: number;
  /** Of media, repetitions included. */
  readonly bitrateKbps: number;
  /** The raw viewer's packets of video: behind later ones, and never seen. */
  readonly packetsOutOfOrder: number;
  readonly packetsMissing: number;
  readonly audioOutOfOrder: number;
  readonly audioMissing: number;
  /** What the line did lose, in percent. */
  readonly lineLoss: number;
  /** How late the publisher's pictures were: with more than a few milliseconds the machine is short, not the line. */
  readonly captureLateMsP99: number;
  /** Of pictures that were taken for sound: see `CORRUPT_ERROR`. */
  readonly largestSoundError: number;
  readonly runs: number;
}

/** With forwarding control on, less the same with it off: where it is more than 0, `on` is worse by that much. */
export interface UplinkComparison extends Loss {
  readonly freezeMs: number;
  readonly freezes: number;
  readonly audioGapMs: number;
  readonly delayMsP50: number;
  readonly delayMsP99: number;
  readonly undecodableFrames: number;
  readonly undecodableOnArrival: number;
  readonly decoderResets: number;
}

export interface UplinkReport {
  readonly rows: readonly UplinkRow[];
  /** One for each loss that was measured both ways. */
  readonly onLessOff: readonly UplinkComparison[];
}

/** In the order in which settings were first measured. */
export function uplinkReportOf(runs: readonly UplinkRun[]): UplinkReport {
  const settings = new Map<string, UplinkRun[]>();
  for (const run of runs) {
    const key = `${run.loss} ${run.burst} ${run.repairs} ${run.control}`;
    settings.set(key, [...(settings.get(key) ?? []), run]);
  }
  const rows = [...settings.values()].map(rowOf);
  return { rows, onLessOff: rows.flatMap(row => comparisonOf(row, rows)) };
}

function rowOf(runs: readonly UplinkRun[]): UplinkRow {
  const { loss, burst, repairs, control } = runs[0]!;
  const median = (figure: (run: UplinkRun) => number) => tenths(spreadOf(runs.map(figure)).median);
  const sum = (figure: (run: UplinkRun) => number) => runs.reduce((total, run) => total + figure(run), 0);
  const freezeMs = spreadOf(runs.map(({ decoding }) => decoding.freezeMs));
  const delaysMs = runs.flatMap(({ decoding }) => decoding.delaysMs);
  const lateMs = runs.flatMap(({ publisher }) => publisher.captureLateMs);
  return {
    loss,
    burst,
    repairs,
    control,
    corruptFrames: sum(({ decoding }) => decoding.corruptFrames),
    undecodableFrames: sum(({ raw }) => raw.undecodableFrames),
    undecodableOnArrival: sum(({ raw }) => raw.undecodableOnArrival),
    cutShortFrames: median(({ raw }) => raw.cutShortFrames),
    freezes: median(({ decoding }) => decoding.freezes),
    freezeMs: tenths(freezeMs.median),
    freezeMsMin: tenths(freezeMs.min),
    freezeMsMax: tenths(freezeMs.max),
    audioGapMs: median(({ decoding }) => decoding.audioGapMs),
    delayMsP50: quantileOf(delaysMs, 0.5),
    delayMsP99: quantileOf(delaysMs, 0.99),
    decoderResets: median(({ decoding }) => decoding.decoderResets),
    freezesByLibwebrtc: median(({ decoding }) => decoding.freezesByLibwebrtc),
    freezeMsByLibwebrtc: median(({ decoding }) => decoding.freezeMsByLibwebrtc),
    framesSent: median(({ publisher }) => publisher.framesSent),
    framesDecoded: median(({ decoding }) => decoding.framesDecoded),
    framesPerSecond: median(({ decoding, publisher }) => decoding.framesDecoded / publisher.seconds),
    nacks: median(({ publisher }) => publisher.nacks),
    packetsRepeated: median(({ publisher }) => publisher.packetsRepeated),
    keyframesAsked: median(({ publisher }) => publisher.keyframesAsked),
    keyframesSent: median(({ publisher }) => publisher.keyframesSent),
    viewerNacks: median(({ decoding }) => decoding.nacks),
    bitrateKbps: median(({ publisher }) => (publisher.bytesSent * 8) / 1000 / publisher.seconds),
    packetsOutOfOrder: median(({ raw }) => raw.packetsOutOfOrder),
    packetsMissing: median(({ raw }) => raw.packetsMissing),
    audioOutOfOrder: median(({ raw }) => raw.audioOutOfOrder),
    audioMissing: median(({ raw }) => raw.audioMissing),
    lineLoss: tenths(
      (100 * sum(run => run.datagramsLost)) /
        Math.max(
          1,
          sum(run => run.datagramsSent),
        ),
    ),
    captureLateMsP99: quantileOf(lateMs, 0.99),
    largestSoundError: tenths(Math.max(...runs.map(({ decoding }) => decoding.largestSoundError))),
    runs: runs.length,
  };
}

function comparisonOf(on: UplinkRow, rows: readonly UplinkRow[]): readonly UplinkComparison[] {
  const off = rows.find(row => isSameLoss(row, on) && row.control === 'off');
  if (on.control !== 'on' || off === undefined) return [];
  const less = (name: Exclude<keyof UplinkComparison, keyof Loss>) => tenths(on[name] - off[name]);
  return [
    {
      loss: on.loss,
      burst: on.burst,
      repairs: on.repairs,
      freezeMs: less('freezeMs'),
      freezes: less('freezes'),
      audioGapMs: less('audioGapMs'),
      delayMsP50: less('delayMsP50'),
      delayMsP99: less('delayMsP99'),
      undecodableFrames: less('undecodableFrames'),
      undecodableOnArrival: less('undecodableOnArrival'),
      decoderResets: less('decoderResets'),
    },
  ];
}

function isSameLoss(one: Loss, other: Loss): boolean {
  return one.loss === other.loss && one.burst === other.burst && one.repairs === other.repairs;
}

/** Nothing decoded has no delay: null in JSON. */
function quantileOf(values: readonly number[], q: number): number {
  return values.length === 0 ? Number.NaN : tenths(quantile(values, q));
}
