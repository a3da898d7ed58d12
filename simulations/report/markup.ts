/** Pieces of HTML and SVG, escaped where they are put together: what is in a report may come from anywhere. */

/** Text that is markup already. */
export interface Markup {
  readonly markup: string;
}

type Piece = Markup | string | number | readonly Piece[];

/** A template of markup; what is filled in is text, unless it is markup itself. */
export function html(fixed: TemplateStringsArray, ...pieces: readonly Piece[]): Markup {
  return { markup: fixed.reduce((before, text, i) => before + written(pieces[i - 1]!) + text) };
}

export const nothing: Markup = { markup: '' };

function written(piece: Piece): string {
  if (typeof piece === 'string' || typeof piece === 'number') return escaped(String(piece));
  if ('markup' in piece) return piece.markup;
  return piece.map(written).join('');
}

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, character => ESCAPES[character]!);
}
