/** Adds up what happened lately in buckets of equal length; what is older is forgotten. */
export class RingCounter {
  readonly #bucketMs: number;
  readonly #sums: Float64Array;
  #newest = Number.NEGATIVE_INFINITY;

  constructor(bucketMs: number, buckets: number) {
    this.#bucketMs = bucketMs;
    this.#sums = new Float64Array(buckets);
  }

  /** Adds to the bucket of a time; one older than all that are kept is not counted. */
  add(atMs: number, amount: number): void {
    const bucket = Math.floor(atMs / this.#bucketMs);
    const { length } = this.#sums;
    if (bucket > this.#newest) {
      const first = Math.max(this.#newest + 1, bucket - length + 1);
      for (let passed = first; passed <= bucket; passed++) this.#sums[passed % length] = 0;
      this.#newest = bucket;
    } else if (bucket <= this.#newest - length) return;
    this.#sums[bucket % length] = (this.#sums[bucket % length] ?? 0) + amount;
  }

  /** The sum of the buckets of `fromMs` to `toMs`, both included. */
  sum(fromMs: number, toMs: number): number {
    const { length } = this.#sums;
    const first = Math.max(Math.floor(fromMs / this.#bucketMs), this.#newest - length + 1);
    const last = Math.min(Math.floor(toMs / this.#bucketMs), this.#newest);
    let sum = 0;
    for (let bucket = first; bucket <= last; bucket++) sum += this.#sums[bucket % length] ?? 0;
    return sum;
  }
}
