/** What was made of texts, by the text: what comes again is not made again. Those used last are kept. */
export class Remembered<Value> {
  readonly #most: number;
  readonly #mostCharacters: number;
  /** The one used last at the end. */
  readonly #byText = new Map<string, Value>();

  /** Keeps `most` values at most, and none of a text longer than `mostCharacters`. */
  constructor(most: number, mostCharacters: number) {
    this.#most = most;
    this.#mostCharacters = mostCharacters;
  }

  get size(): number {
    return this.#byText.size;
  }

  /** `make` is to make the same of the same text each time; of what it throws nothing is kept. */
  get(text: string, make: (text: string) => Value): Value {
    const known = this.#byText.get(text);
    const value = known ?? make(text);
    if (text.length > this.#mostCharacters) return value;
    this.#byText.delete(text);
    this.#byText.set(text, value);
    if (this.#byText.size > this.#most) this.#byText.delete(this.#byText.keys().next().value!);
    return value;
  }
}
