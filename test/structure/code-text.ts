/** TypeScript as text: what of a file is code, what comment, what string. Enough for code that the formatter wrote. */

/** Spaces in place of comments and, unless they are wanted, of what strings hold; lines stay where they were. */
export function codeOf(text: string, strings: 'kept' | 'blanked'): string {
  return piecesOf(text)
    .map(({ kind, text: piece }) =>
      kind === 'code' || (kind === 'string' && strings === 'kept') ? piece : piece.replaceAll(/[^\n]/g, ' '),
    )
    .join('');
}

interface Piece {
  readonly kind: 'code' | 'comment' | 'string';
  readonly text: string;
}

const comment = /\/\/[^\n]*|\/\*[\s\S]*?\*\//y;
const quoted = /'(?:\\[\s\S]|[^'\\\n])*'|"(?:\\[\s\S]|[^"\\\n])*"/y;
/** A part of a template, from its start or the end of an expression to its end or the next expression. */
const templatePart = /[`}](?:\\[\s\S]|\$(?!\{)|[^`\\$])*(?:`|\$\{)/y;
const regularExpression = /\/(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\\n[])+\/[a-z]*/y;
/** After these a slash divides. */
const endOfValue = /(?:[\w$)\]}]|\+\+|--)\s*$/;
const keywordBefore = /\b(?:return|typeof|case|in|of|await|yield|void)\s*$/;

function piecesOf(text: string): readonly Piece[] {
  const pieces: Piece[] = [];
  /** How many braces are open in each template expression that we are in, the innermost last. */
  const braces: number[] = [];
  let code = '';
  let at = 0;
  const take = (kind: Piece['kind'], pattern: RegExp): string | undefined => {
    pattern.lastIndex = at;
    const found = pattern.exec(text)?.[0];
    if (found === undefined) return undefined;
    pieces.push({ kind: 'code', text: code }, { kind, text: found });
    code = '';
    at += found.length;
    return found;
  };
  while (at < text.length) {
    const character = text[at]!;
    if (character === '/' && take('comment', comment) !== undefined) continue;
    if ((character === "'" || character === '"') && take('string', quoted) !== undefined) continue;
    const before = code === '' ? '' : code.slice(-20);
    const dividing = endOfValue.test(before) && !keywordBefore.test(before);
    if (character === '/' && !dividing && take('string', regularExpression) !== undefined) continue;
    if (character === '`' || (character === '}' && braces.at(-1) === 0)) {
      const part = take('string', templatePart);
      if (part !== undefined) {
        if (character === '}') braces.pop();
        if (part.endsWith('${')) braces.push(0);
        continue;
      }
    }
    if (braces.length > 0 && character === '{') braces[braces.length - 1]! += 1;
    if (braces.length > 0 && character === '}') braces[braces.length - 1]! -= 1;
    code += character;
    at += 1;
  }
  pieces.push({ kind: 'code', text: code });
  return pieces;
}
