/** Finds what somebody who mistyped a name probably meant. */

/** More slips than this in a name, or than a third of its letters, make another word of it. */
const MOST_SLIPS = 4;

/** Longer input is no slip of the keys; it is not compared, since the work grows with its length. */
const LONGEST_NAME = 80;

/** The one of `names` nearest to `typed`, or undefined when none is near. Upper and lower case count as the same. */
export function nearest(typed: string, names: readonly string[]): string | undefined {
  if (typed.length > LONGEST_NAME) return undefined;
  let best: string | undefined;
  let fewest = Math.min(MOST_SLIPS, Math.ceil(typed.length / 3)) + 1;
  for (const name of names) {
    const slips = slipsBetween(typed.toLowerCase(), name.toLowerCase());
    if (slips < fewest) [best, fewest] = [name, slips];
  }
  return best;
}

/** The suggestion as the end of a sentence, or nothing. */
export function didYouMean(typed: string, names: readonly string[]): string {
  const name = nearest(typed, names);
  return name === undefined ? '' : `; did you mean ${name}?`;
}

/** Letters to add, take away or change to make `b` of `a` (Levenshtein's distance), row by row. */
function slipsBetween(a: string, b: string): number {
  let above = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row += 1) {
    const current = [row];
    for (let column = 1; column <= b.length; column += 1) {
      const change = above[column - 1]! + (a[row - 1] === b[column - 1] ? 0 : 1);
      current.push(Math.min(change, above[column]! + 1, current[column - 1]! + 1));
    }
    above = current;
  }
  return above[b.length]!;
}
