/** Tables of figures, as benches show them to people. */

/** Every column as wide as its widest cell, and flush right, so that figures can be compared. */
export function figureTable(
  head: readonly string[],
  rows: readonly (readonly string[])[],
): readonly string[] {
  const all = [head, ...rows];
  const widths = head.map((_, column) => Math.max(...all.map(row => row[column]!.length)));
  return all.map(row => row.map((text, column) => text.padStart(widths[column]!)).join('  '));
}
