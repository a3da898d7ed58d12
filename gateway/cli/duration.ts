/** Spans of time as people write them: `90s`, `30m`, `2h`, `7d`. */

const secondsPerUnit = { s: 1, m: 60, h: 3_600, d: 86_400 } as const;

/** Seconds, or undefined when `text` is not a whole number with a unit, or comes to nothing. */
export function secondsIn(text: string): number | undefined {
  const match = /^(\d{1,9})([smhd])$/.exec(text);
  if (match === null) return undefined;
  const seconds = Number(match[1]) * secondsPerUnit[match[2] as keyof typeof secondsPerUnit];
  return seconds > 0 ? seconds : undefined;
}
