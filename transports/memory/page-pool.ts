/**
 * Which pages of a slab are free, and how many are promised: a track's quota is set aside as a number when it is opened,
 * and pages are taken one by one as it needs them. Promises never exceed what there is, so a promised page is there.
 */
export class PagePool {
  /** The free ones are the first #free; the one given back last goes out first, so that few are ever touched. */
  readonly #pages: Int32Array;
  #free: number;
  #promised = 0;

  constructor(pages: number) {
    this.#pages = Int32Array.from({ length: pages }, (_, index) => pages - 1 - index);
    this.#free = pages;
  }

  get freePages(): number {
    return this.#free;
  }

  get promisedPages(): number {
    return this.#promised;
  }

  /** Sets that many pages aside; false, and nothing done, when there are not so many to promise. */
  promise(pages: number): boolean {
    if (this.#promised + pages > this.#pages.length) return false;
    this.#promised += pages;
    return true;
  }

  /** Takes a promise back, whose pages have been released. */
  withdraw(pages: number): void {
    this.#promised -= pages;
  }

  /** One of the pages promised to the caller. */
  take(): number {
    if (this.#free === 0) throw new Error('more pages were taken from the slab than were promised');
    this.#free -= 1;
    return this.#pages[this.#free]!;
  }

  release(page: number): void {
    this.#pages[this.#free] = page;
    this.#free += 1;
  }
}
