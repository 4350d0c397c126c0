import type { Features } from './features.ts';
import { RingCounter } from './ring-counter.ts';

/** A label that is younger may still come, so the days since then say nothing of risk. */
export const LABEL_DELAY_DAYS = 7;

/** A day, in milliseconds. */
export const DAY_MS = 86_400_000;
/** So far back fraud rates look. */
export const RATE_DAYS = 90;
const RISK_DAYS = 28;
/** What is counted by hours is so by quarters of one. */
export const HOUR_BUCKET_MS = 900_000;

/** A merchant's or a terminal's approved payments and what of them is known to be fraud, by day. */
export class History {
  readonly count = new RingCounter(DAY_MS, RATE_DAYS + 1);
  readonly sum = new RingCounter(DAY_MS, RATE_DAYS + 1);
  readonly frauds = new RingCounter(DAY_MS, RATE_DAYS + 1);
  readonly fraudSum = new RingCounter(DAY_MS, RATE_DAYS + 1);
  /** All that were decided on: ten seconds and a quarter of an hour at a time. */
  readonly minutes = new RingCounter(10_000, 61);
  readonly hours = new RingCounter(HOUR_BUCKET_MS, 97);
}

/** Known frauds of 28 days, shifted back by the time a label takes. */
export function terminalRisk(
  history: History | undefined,
  nowMs: number,
): Pick<Features, 'terminalFrauds28Days' | 'terminalFraudRate28Days'> {
  const toMs = nowMs - LABEL_DELAY_DAYS * DAY_MS;
  const fromMs = toMs - (RISK_DAYS - 1) * DAY_MS;
  const frauds = history?.frauds.sum(fromMs, toMs) ?? 0;
  const count = history?.count.sum(fromMs, toMs) ?? 0;
  return {
    terminalFrauds28Days: frauds,
    terminalFraudRate28Days: count > 0 ? frauds / count : null,
  };
}

/** Known fraud by value. Source: Commission Delegated Regulation (EU) 2018/389, article 19. */
export function fraudRateOf(history: History | undefined, nowMs: number): number | null {
  const fromMs = nowMs - (RATE_DAYS - 1) * DAY_MS;
  const sum = history?.sum.sum(fromMs, nowMs) ?? 0;
  return sum > 0 ? (history?.fraudSum.sum(fromMs, nowMs) ?? 0) / sum : null;
}

/** The history of this name, begun when there is none. */
export function historyOf(all: Map<string, History>, name: string): History {
  let history = all.get(name);
  if (!history) {
    history = new History();
    all.set(name, history);
  }
  return history;
}
