/** States that several causes bring about, and that are over when each of the causes is: lines cut twice, and the like. */
export class Overlaps {
  readonly #causes = new Map<string, number>();

  has(key: string): boolean {
    return this.#causes.has(key);
  }

  /** One more cause, or one less; whether the state has changed by it. */
  turn(key: string, begins: boolean): boolean {
    const causes = (this.#causes.get(key) ?? 0) + (begins ? 1 : -1);
    if (causes < 0) throw new Error(`${key}: what has not begun cannot end`);
    if (causes === 0) this.#causes.delete(key);
    else this.#causes.set(key, causes);
    return causes === (begins ? 1 : 0);
  }
}
