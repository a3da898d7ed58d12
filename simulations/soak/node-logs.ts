/** What the nodes of a soak have complained of: counted, and each kind shown once. */

/** pino's level of errors; what is below, down to the least that the nodes write, is a warning. */
const ERROR = 50;
/** Other words than these say: there are more. */
const KINDS_MAX = 40;

export interface LogFigures {
  readonly errors: number;
  readonly warnings: number;
  /** The first of each kind: of what is alike but for numbers and the nodes' names. */
  readonly lines: readonly LogLine[];
}

export interface LogLine {
  readonly atMs: number;
  readonly node: string;
  readonly text: string;
  readonly count: number;
}

export class NodeLogs {
  readonly #names: RegExp;
  readonly #lines = new Map<string, LogLine>();
  #errors = 0;
  #warnings = 0;

  constructor(nodes: readonly string[]) {
    this.#names = new RegExp(`\\b(${nodes.join('|')})\\b`, 'g');
  }

  take(nowMs: number, node: string, line: string): void {
    const { level, text } = entryOf(line);
    if (level >= ERROR) this.#errors += 1;
    else this.#warnings += 1;
    const key = text.replaceAll(this.#names, 'NODE').replaceAll(/\d+/g, '#');
    const known = this.#lines.get(key);
    if (known !== undefined) this.#lines.set(key, { ...known, count: known.count + 1 });
    else if (this.#lines.size < KINDS_MAX) this.#lines.set(key, { atMs: nowMs, node, text, count: 1 });
  }

  get figures(): LogFigures {
    return { errors: this.#errors, warnings: this.#warnings, lines: [...this.#lines.values()] };
  }
}

function entryOf(line: string): { readonly level: number; readonly text: string } {
  try {
    const entry = JSON.parse(line) as unknown;
    const { level, msg, err } = entry as { level: number; msg: string; err?: { readonly stack?: string } };
    return { level, text: err?.stack === undefined ? msg : `${msg}: ${err.stack}` };
  } catch {
    // Not from the log: what Node itself or the system says.
    return { level: ERROR, text: line };
  }
}
