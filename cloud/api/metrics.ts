/** A request with a card that was decided on. */
export interface ObservedAuthorisation {
  readonly kind: string;
  /** DE 39 */
  readonly responseCode: string;
  /** From its arrival to its commit, and the issuer's latency. */
  readonly durationMs: number;
  readonly parts: AuthorisationParts;
}

/** What of an authorisation took how long. */
export interface AuthorisationParts {
  /** DE 41. */
  readonly terminalId: string;
  /** DE 11. */
  readonly stan: string;
  readonly verificationMs: number;
  readonly scoringMs: number;
  /** From its arrival to the decision. */
  readonly decidedAfterMs: number;
  /** From its arrival to the commit. */
  readonly committedAfterMs: number;
}

/** How long the last authorisations took, in milliseconds; null before the first. */
export interface LatencyPercentiles {
  readonly p50Ms: number | null;
  readonly p95Ms: number | null;
  readonly p99Ms: number | null;
}

/** Upper ends in seconds; the last of all is infinity. */
const BUCKETS_S = [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
/** Percentiles are of so many. */
const RECENT = 2_048;
/** DE 39 of what was approved, in whole or in part. ISO 8583:1987, annex A. */
export const APPROVED: readonly string[] = ['00', '10'];

/** What this process counted since it started. */
export class Metrics {
  readonly #authorisations = new Map<string, number>();
  readonly #declines = new Map<string, number>();
  readonly #requests = new Map<string, number>();
  readonly #webhookAttempts = new Map<string, number>();
  readonly #buckets = new Array<number>(BUCKETS_S.length + 1).fill(0);
  #sumS = 0;
  readonly #recentMs: number[] = [];
  #count = 0;

  authorised({ kind, responseCode, durationMs }: Omit<ObservedAuthorisation, 'parts'>): void {
    const isApproved = APPROVED.includes(responseCode);
    count(this.#authorisations, `kind="${kind}",outcome="${isApproved ? 'approved' : 'declined'}"`);
    if (!isApproved) count(this.#declines, `code="${responseCode}"`);
    const seconds = durationMs / 1_000;
    const place = BUCKETS_S.findIndex((end) => seconds <= end);
    const bucket = place < 0 ? BUCKETS_S.length : place;
    this.#buckets[bucket] = (this.#buckets[bucket] ?? 0) + 1;
    this.#sumS += seconds;
    this.#recentMs[this.#count % RECENT] = durationMs;
    this.#count++;
  }

  /** An answer of the API; `route` is the pattern, never what was put into it. */
  answered(route: string, status: number): void {
    count(this.#requests, `route="${route}",status="${status}"`);
  }

  /** An event was sent, or not; `state` is where it stands since. */
  webhookAttempted(state: string): void {
    count(this.#webhookAttempts, `state="${state}"`);
  }

  latency(): LatencyPercentiles {
    const sorted = this.#recentMs.toSorted((a, b) => a - b);
    const at = (share: number) => sorted[Math.ceil(share * sorted.length) - 1] ?? null;
    return { p50Ms: at(0.5), p95Ms: at(0.95), p99Ms: at(0.99) };
  }

  /**
   * The text that Prometheus reads, with gauges that were looked up for it. Source: Prometheus
   * documentation, Exposition formats, text-based format 0.0.4.
   */
  render(gauges: Readonly<Record<string, readonly [value: number, help: string]>>): string {
    const lines: string[] = [];
    const family = (name: string, type: string, help: string) =>
      lines.push(`# HELP ${name} ${help}`, `# TYPE ${name} ${type}`);
    const counter = (name: string, help: string, values: ReadonlyMap<string, number>) => {
      family(name, 'counter', help);
      for (const [labels, value] of values) lines.push(`${name}{${labels}} ${value}`);
    };
    counter('tessera_authorisations_total', 'Requests with a card.', this.#authorisations);
    counter('tessera_declines_total', 'Those declined, by DE 39.', this.#declines);
    counter('tessera_api_requests_total', 'Answers of the API.', this.#requests);
    const sent = 'Attempts to send an event, by where it stands since.';
    counter('tessera_webhook_attempts_total', sent, this.#webhookAttempts);
    const name = 'tessera_authorisation_seconds';
    family(name, 'histogram', 'From arrival to commit, and the latency of the issuer.');
    let below = 0;
    for (const [i, end] of [...BUCKETS_S, '+Inf'].entries()) {
      below += this.#buckets[i] ?? 0;
      lines.push(`${name}_bucket{le="${end}"} ${below}`);
    }
    lines.push(`${name}_sum ${this.#sumS}`, `${name}_count ${this.#count}`);
    for (const [gauge, [value, help]] of Object.entries(gauges)) {
      family(gauge, 'gauge', help);
      lines.push(`${gauge} ${value}`);
    }
    return `${lines.join('\n')}\n`;
  }
}

function count(counts: Map<string, number>, labels: string): void {
  counts.set(labels, (counts.get(labels) ?? 0) + 1);
}
