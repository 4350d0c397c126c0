import type { Overview } from './cloud-client.ts';

/** How many minutes a chart shows, the present one last. */
export const MINUTES = 60;
const MINUTE_MS = 60_000;
const BANDS = 21;
const BAND = 50;
/** Tiers in the order of their risk. */
export const TIERS = ['low', 'medium', 'high'] as const;

/** One bar: what was approved, and what was declined on top of it. */
export interface Bar {
  readonly atMs: number;
  readonly approved: number;
  readonly declined: number;
}

/** One band of scores. */
export interface ScoreBar {
  readonly from: number;
  readonly to: number;
  readonly approved: number;
  readonly declined: number;
}

/** What was decided on, and how. */
export interface Counts {
  readonly approved: number;
  readonly declined: number;
}

type Minute = Overview['minutes'][number];

/** Payments of each minute, all currencies together; minutes without any are there as zeros. */
export function countBars({ at, minutes }: Overview): readonly Bar[] {
  return barsOf(at, minutes, ({ approved, declined }) => ({ approved, declined }));
}

/** What was approved in each minute in one currency, minor units; a chart needs no exact sum. */
export function moneyBars({ at, minutes }: Overview, currency: string): readonly Bar[] {
  const own = minutes.filter((minute) => minute.currency === currency);
  return barsOf(at, own, ({ approvedMinor }) => ({
    approved: Number(approvedMinor),
    declined: 0,
  }));
}

/** Currencies of the hour, the most frequent first. */
export function currenciesOf({ minutes }: Overview): readonly string[] {
  const payments = new Map<string, number>();
  for (const { currency, approved, declined } of minutes) {
    payments.set(currency, (payments.get(currency) ?? 0) + approved + declined);
  }
  return [...payments].sort(([, a], [, b]) => b - a).map(([currency]) => currency);
}

/** Sums of the hour. */
export function totalOf(minutes: readonly Counts[]): Counts {
  return minutes.reduce<Counts>(
    (sum, { approved, declined }) => ({
      approved: sum.approved + approved,
      declined: sum.declined + declined,
    }),
    { approved: 0, declined: 0 },
  );
}

/** What was approved in the hour, exact, by currency. */
export function approvedMoney(overview: Overview): readonly (readonly [string, bigint])[] {
  return currenciesOf(overview).map((currency) => [
    currency,
    overview.minutes
      .filter((minute) => minute.currency === currency)
      .reduce((sum, { approvedMinor }) => sum + BigInt(approvedMinor), 0n),
  ]);
}

/** All bands from 0 to 1000, those without a payment as zeros. */
export function scoreBars(scores: Overview['scores']): readonly ScoreBar[] {
  return Array.from({ length: BANDS }, (_, i) => {
    const from = i * BAND;
    const to = i === BANDS - 1 ? from : from + BAND - 1;
    return { from, to, ...totalOf(scores.filter((score) => score.from === from)) };
  });
}

/** What became of payments of each tier. */
export function tierCounts(scores: Overview['scores']): readonly (Counts & { tier: string })[] {
  const others = scores.map(({ tier }) => tier).filter((tier) => !isTier(tier));
  return [...TIERS, ...new Set(others)].map((tier) => ({
    tier,
    ...totalOf(scores.filter((score) => score.tier === tier)),
  }));
}

const STEPS = [1, 2, 3, 4, 5, 6, 8, 10];

/** The least round number that is not below this: 1, 2, 3, 4, 5, 6, 8, 10, 20 … */
export function niceCeiling(value: number): number {
  if (value <= 1) return 1;
  const power = 10 ** Math.floor(Math.log10(value));
  return STEPS.map((step) => step * power).find((step) => step >= value) ?? 10 * power;
}

function barsOf(
  at: string,
  minutes: readonly Minute[],
  countsOf: (minute: Minute) => Counts,
): readonly Bar[] {
  const present = Math.floor(Date.parse(at) / MINUTE_MS) * MINUTE_MS;
  return Array.from({ length: MINUTES }, (_, i) => {
    const atMs = present - (MINUTES - 1 - i) * MINUTE_MS;
    const own = minutes.filter((minute) => Date.parse(minute.at) === atMs);
    return { atMs, ...totalOf(own.map(countsOf)) };
  });
}

function isTier(tier: string): boolean {
  return (TIERS as readonly string[]).includes(tier);
}
