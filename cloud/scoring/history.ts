import { type Malformed, malformed, ok, type Result } from '#kernel/bytes/result.ts';
import { isSatisfied } from '../authentication/required-method.ts';
import { type Features, parseFeatures } from './features.ts';
import type { Transactions } from './handbook/transactions.ts';
import { type Scorer, score } from './score.ts';
import { VelocityCounters } from './velocity.ts';

/** A payment of the past as it was scored, and what is known of it by now. */
export interface HistoricPayment {
  readonly decidedAtMs: number;
  readonly features: Features;
  readonly isFraud: boolean;
}

/** One line of a history file. */
export function encodeHistoryLine({ decidedAtMs, features, isFraud }: HistoricPayment): string {
  return `${JSON.stringify({ decidedAtMs, isFraud, features })}\n`;
}

/** Why a history file was refused; `offset` is the line, from 1. */
export type HistoryFault = Malformed;

/** Reads a history file: JSON, one payment a line. */
export function parseHistory(text: string): Result<readonly HistoricPayment[], HistoryFault> {
  const payments: HistoricPayment[] = [];
  for (const [i, line] of text.split('\n').entries()) {
    if (line.trim() === '') continue;
    let json: { decidedAtMs?: unknown; isFraud?: unknown; features?: unknown } | null;
    try {
      json = JSON.parse(line);
    } catch {
      return malformed('not-json', '', i + 1);
    }
    const { decidedAtMs, isFraud, features } = Object(json);
    if (typeof decidedAtMs !== 'number') return malformed('bad-number', 'decidedAtMs', i + 1);
    if (typeof isFraud !== 'boolean') return malformed('bad-value', 'isFraud', i + 1);
    const read = parseFeatures(JSON.stringify(features ?? null));
    if (!read.ok) return malformed(read.error.kind, `features.${read.error.path}`, i + 1);
    payments.push({ decidedAtMs, isFraud, features: read.value });
  }
  return ok(payments);
}

/**
 * Payments of a transactions file with the features that the live counters would have had: a
 * terminal is its own merchant, every payment was approved and verified by the wearable, and a
 * fraud is known after `labelDelayDays`.
 */
export function historyOfTransactions(
  transactions: Transactions,
  labelDelayDays: number,
): readonly HistoricPayment[] {
  const counters = new VelocityCounters();
  const { seconds, customer, terminal, amount, fraud } = transactions;
  let known = 0;
  return Array.from(seconds, (second, i) => {
    for (; (seconds[known] ?? 0) + labelDelayDays * 86_400 <= second && known < i; known++) {
      if (fraud[known] === 1) counters.learn({ ...paymentOf(known), paidAt: dateOf(known) });
    }
    const payment = { ...paymentOf(i), now: dateOf(i) };
    const features: Features = {
      ...UNKNOWN_CONTEXT,
      amountMinor: Number(payment.amountMinor),
      localHour: new Date(second * 1000).getUTCHours(),
      ...counters.count(payment),
    };
    counters.observe({ ...payment, verification: 'cdcvm', isDeclined: false });
    return { decidedAtMs: second * 1000, features, isFraud: fraud[i] === 1 };
  });

  function paymentOf(i: number) {
    const terminalId = `${terminal[i]}`;
    const amountMinor = BigInt(Math.round((amount[i] ?? 0) * 100));
    return { terminalId, merchantId: terminalId, cardToken: `${customer[i]}`, amountMinor };
  }
  function dateOf(i: number): Date {
    return new Date((seconds[i] ?? 0) * 1000);
  }
}

const UNKNOWN_CONTEXT = {
  currency: 978,
  verification: 'cdcvm',
  channel: 'unknown',
  attestation: 'unknown',
  energyPercent: null,
  checkedIn: null,
  basketLines: null,
  cardTimeMs: null,
} as const;

/** What would happen to a payment, as far as its score decides. */
export type Fate = 'passed' | 'step-up' | 'refused';

/** What another scorer would have done with the past. */
export interface Simulation {
  readonly payments: number;
  readonly frauds: number;
  /** Payments by their fate before and after, as `passed > refused`; frauds among them. */
  readonly changes: Readonly<Record<string, { payments: number; frauds: number }>>;
  readonly before: Readonly<Record<Fate, number>>;
  readonly after: Readonly<Record<Fate, number>>;
  /** How often each reason is given before and after. */
  readonly reasons: Readonly<Record<string, { before: number; after: number }>>;
}

/** Scores the past by two scorers and tells what would change. */
export function simulateScorer(
  before: Scorer,
  after: Scorer,
  history: Iterable<HistoricPayment>,
): Simulation {
  const fates = { before: noFates(), after: noFates() };
  const changes: Record<string, { payments: number; frauds: number }> = {};
  const reasons: Record<string, { before: number; after: number }> = {};
  let [payments, frauds] = [0, 0];
  for (const { features, isFraud } of history) {
    payments++;
    if (isFraud) frauds++;
    const [old, next] = [fateOf(before, features), fateOf(after, features)];
    fates.before[old.fate]++;
    fates.after[next.fate]++;
    for (const code of old.reasons) countReason(reasons, code, 'before');
    for (const code of next.reasons) countReason(reasons, code, 'after');
    if (old.fate === next.fate) continue;
    const change = changes[`${old.fate} > ${next.fate}`] ?? { payments: 0, frauds: 0 };
    change.payments++;
    if (isFraud) change.frauds++;
    changes[`${old.fate} > ${next.fate}`] = change;
  }
  return { payments, frauds, changes, ...fates, reasons };
}

function fateOf(scorer: Scorer, features: Features): { fate: Fate; reasons: readonly string[] } {
  const { requiredMethod, reasons } = score(scorer, features);
  if (requiredMethod === 'refuse') return { fate: 'refused', reasons };
  const passed = isSatisfied(requiredMethod, features.verification);
  return { fate: passed ? 'passed' : 'step-up', reasons };
}

function noFates(): Record<Fate, number> {
  return { passed: 0, 'step-up': 0, refused: 0 };
}

function countReason(
  reasons: Record<string, { before: number; after: number }>,
  code: string,
  when: 'before' | 'after',
): void {
  const counts = reasons[code] ?? { before: 0, after: 0 };
  counts[when]++;
  reasons[code] = counts;
}
