/** What the bench of fan-out measures. */

export interface FanoutCase {
  readonly name: string;
  /** The file of recordings/ that is published. */
  readonly recording: string;
  readonly viewers: number;
}

/** A class's camera and a good one, each with Opus; by recording, and the fewest viewers first. */
export const fanoutCases: readonly FanoutCase[] = [
  { name: '350k-300', recording: '350', viewers: 300 },
  { name: '350k-1500', recording: '350', viewers: 1500 },
  { name: '2500k-300', recording: '2500', viewers: 300 },
  { name: '2500k-600', recording: '2500', viewers: 600 },
];

/** The search for the most packets a second goes up to this, with the recording that has the most of them. */
export const SEARCH_RECORDING = '2500';

/** One node and one audience, of which cases differ only in the number of viewers. */
export interface FanoutGroup {
  readonly recording: string;
  readonly cases: readonly FanoutCase[];
}

export function groupsOf(cases: readonly FanoutCase[]): readonly FanoutGroup[] {
  const recordings = [...new Set(cases.map(({ recording }) => recording))];
  return recordings.map(recording => ({
    recording,
    cases: cases.filter(one => one.recording === recording).toSorted((a, b) => a.viewers - b.viewers),
  }));
}

/** So many viewers load a core to that share, at so many packets a second each. */
export function viewersAt(share: number, cpuUsPerPacket: number, packetsPerViewer: number): number {
  return Math.max(1, Math.floor((share * 1e6) / (cpuUsPerPacket * packetsPerViewer)));
}
