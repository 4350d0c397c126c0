/** The last amounts of one customer, in the order they came and in order of size. */
export class RecentAmounts {
  readonly #arrived: Float64Array;
  readonly #sorted: Float64Array;
  #count = 0;
  #next = 0;

  constructor(capacity: number) {
    this.#arrived = new Float64Array(capacity);
    this.#sorted = new Float64Array(capacity);
  }

  /** The middle amount, or the mean of the two; NaN if there is none. */
  get median(): number {
    const half = this.#count >>> 1;
    const upper = this.#sorted[half] ?? 0;
    if (this.#count === 0) return Number.NaN;
    return this.#count % 2 === 1 ? upper : ((this.#sorted[half - 1] ?? 0) + upper) / 2;
  }

  /** The largest; NaN if there is none. */
  get max(): number {
    return this.#count === 0 ? Number.NaN : (this.#sorted[this.#count - 1] ?? 0);
  }

  /** How many there are, up to the capacity. */
  get count(): number {
    return this.#count;
  }

  /** Adds an amount; the oldest goes when there is no room. */
  add(amount: number): void {
    const sorted = this.#sorted;
    if (this.#count === sorted.length) this.#remove(this.#arrived[this.#next] ?? 0);
    const at = this.#position(amount);
    sorted.copyWithin(at + 1, at, this.#count);
    sorted[at] = amount;
    this.#count++;
    this.#arrived[this.#next] = amount;
    this.#next = (this.#next + 1) % sorted.length;
  }

  clear(): void {
    this.#count = 0;
    this.#next = 0;
  }

  #remove(amount: number): void {
    const at = this.#position(amount);
    this.#sorted.copyWithin(at, at + 1, this.#count);
    this.#count--;
  }

  /** The first place whose amount is not below. */
  #position(amount: number): number {
    let [low, high] = [0, this.#count];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#sorted[middle] ?? 0) < amount) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
