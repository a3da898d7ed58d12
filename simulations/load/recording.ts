/**
 * A recording of what a browser's engine sent: how long each packet was, when it came and what it was; no sound and no
 * picture. As text, a line for what came together: ms since the beginning, then a word for each packet, a letter and the
 * bytes of its RTP payload.
 */

/** Sound; video; video that begins a keyframe; the latter two where they end their frame. */

type Letter = 'a' | 'v' | 'k' | 'm' | 'K';

export interface RecordedPacket {
  /** Since the beginning. */
  readonly atMs: number;
  readonly kind: 'audio' | 'video';
  readonly payloadBytes: number;
  /** Of video: a keyframe begins with it. */
  readonly beginsKeyframe: boolean;
  /** Of video: it is its frame's last (the marker bit). */
  readonly endsFrame: boolean;
}

/** What comes within this counts as come together. */
const TOGETHER_MS = 0.5;
const COMMENT = '#';
const WORD = /^([avkmK])(\d+)$/;

/** `packets` in the order of their times; `about` is a line for people. */
export function writeRecording(about: string, packets: readonly RecordedPacket[]): string {
  const lines = [`${COMMENT} ${about}`];
  let beganAtMs = Number.NEGATIVE_INFINITY;
  for (const packet of packets) {
    const word = `${letterOf(packet)}${packet.payloadBytes}`;
    if (packet.atMs - beganAtMs < TOGETHER_MS) {
      lines[lines.length - 1] += ` ${word}`;
    } else {
      beganAtMs = packet.atMs;
      lines.push(`${packet.atMs.toFixed(1)} ${word}`);
    }
  }
  return `${lines.join('\n')}\n`;
}

/** Throws an Error that names the first line that is none. */
export function readRecording(text: string): readonly RecordedPacket[] {
  return text.split('\n').flatMap((line, index) => {
    if (line === '' || line.startsWith(COMMENT)) return [];
    const [time, ...words] = line.split(' ');
    const atMs = Number(time);
    if (!Number.isFinite(atMs) || words.length === 0) throw new Error(`line ${index + 1} is no recording`);
    return words.map(word => {
      const [, letter, bytes] = WORD.exec(word) ?? [];
      if (letter === undefined) throw new Error(`line ${index + 1}: '${word}' is no packet`);
      return packetOf(atMs, letter as Letter, Number(bytes));
    });
  });
}

function letterOf({ kind, beginsKeyframe, endsFrame }: RecordedPacket): Letter {
  if (kind === 'audio') return 'a';
  if (beginsKeyframe) return endsFrame ? 'K' : 'k';
  return endsFrame ? 'm' : 'v';
}

function packetOf(atMs: number, letter: Letter, payloadBytes: number): RecordedPacket {
  return {
    atMs,
    kind: letter === 'a' ? 'audio' : 'video',
    payloadBytes,
    beginsKeyframe: letter === 'k' || letter === 'K',
    endsFrame: letter === 'm' || letter === 'K',
  };
}
