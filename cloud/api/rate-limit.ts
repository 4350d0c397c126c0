/** How many are remembered at once; who came longest ago is forgotten first. */
const MAX_REMEMBERED = 10_000;

/**
 * A bucket for each name that fills evenly and holds a minute's worth. It is in this process alone:
 * with several nodes each has buckets of its own.
 */
export class RateLimit {
  readonly #buckets = new Map<string, { tokens: number; atMs: number }>();

  /** Takes one of so many a minute; 0, or in how many seconds there will be one. */
  take(name: string, perMinute: number, nowMs: number): number {
    const known = this.#buckets.get(name) ?? { tokens: perMinute, atMs: nowMs };
    const gained = (Math.max(0, nowMs - known.atMs) / 60_000) * perMinute;
    const tokens = Math.min(perMinute, known.tokens + gained);
    const isAllowed = tokens >= 1;
    this.#buckets.delete(name);
    this.#buckets.set(name, { tokens: isAllowed ? tokens - 1 : tokens, atMs: nowMs });
    if (this.#buckets.size > MAX_REMEMBERED) {
      const [oldest] = this.#buckets.keys();
      if (oldest !== undefined) this.#buckets.delete(oldest);
    }
    return isAllowed ? 0 : Math.ceil(((1 - tokens) / perMinute) * 60);
  }
}
