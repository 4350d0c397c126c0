import { sql } from 'kysely';
import type { Queries } from '../store/database.ts';
import type { VelocityCounters } from './velocity.ts';

/** What names a payment: its terminal, DE 11 and DE 7. */
export interface LabelledPayment {
  readonly terminalId: string;
  readonly stan: string;
  readonly transmittedAt: string;
}

/**
 * Records that a payment turned out to be fraud, as a dispute tells. A label comes once; false when
 * it was there before or there is no such payment.
 */
export async function recordFraud(
  db: Queries,
  { terminalId, stan, transmittedAt }: LabelledPayment,
  knownAt: Date,
): Promise<boolean> {
  const { numAffectedRows } = await sql`
    insert into fraud_labels (terminal_id, stan, transmitted_at, known_at)
    select terminal_id, stan, transmitted_at, ${knownAt}::timestamptz from transactions
    where terminal_id = ${terminalId} and stan = ${stan} and transmitted_at = ${transmittedAt}
    on conflict do nothing`.execute(db);
  return numAffectedRows === 1n;
}

/**
 * Whether an issuer's reason for a dispute is that the cardholder did not pay: Visa's category 10
 * and Mastercard's 4837, 4849, 4863, 4870 and 4871, from the schemes' public dispute guides.
 */
export function isFraudReason(reasonCode: string): boolean {
  return /^10\.\d$|^(4837|4849|4863|4870|4871)$/.test(reasonCode);
}

/** Tells counters of labels as they become known. */
export class FraudLabelFeed {
  readonly #db: Queries;
  readonly #counters: VelocityCounters;
  readonly #told = new Set<string>();

  constructor(db: Queries, counters: VelocityCounters) {
    this.#db = db;
    this.#counters = counters;
  }

  /** Tells all labels that were not told yet; how many those were. */
  async poll(): Promise<number> {
    const rows = await this.#db
      .selectFrom('fraud_labels')
      .innerJoin('transactions', (join) =>
        join
          .onRef('transactions.terminal_id', '=', 'fraud_labels.terminal_id')
          .onRef('transactions.stan', '=', 'fraud_labels.stan')
          .onRef('transactions.transmitted_at', '=', 'fraud_labels.transmitted_at'),
      )
      .select([
        'transactions.terminal_id as terminalId',
        'transactions.stan as stan',
        'transactions.transmitted_at as transmittedAt',
        'transactions.merchant_id as merchantId',
        'transactions.amount_minor as amountMinor',
        'transactions.received_at as paidAt',
      ])
      .where(sql<boolean>`fraud_labels.known_at > now() - interval '91 days'`)
      .execute();
    let told = 0;
    for (const row of rows) {
      const key = `${row.terminalId} ${row.stan} ${row.transmittedAt}`;
      if (this.#told.has(key)) continue;
      this.#told.add(key);
      this.#counters.learn(row);
      told++;
    }
    return told;
  }
}
