import type { Totals } from '#kernel/transaction/follow-up-messages.ts';
import { appendAudit, OPERATOR_SHARD } from '../audit/audit-log.ts';
import { atomically, type Queries } from '../store/database.ts';

/** What a merchant pays for its payments in a currency. */
export interface MerchantFee {
  /** Of what was sold, in ten thousandths: 0 to 10,000. */
  readonly basisPoints: number;
  /** For each purchase, in minor units. */
  readonly fixedMinor: bigint;
}

/** Whose fee it is: DE 42, and a currency of ISO 4217 in three digits. */
export interface FeeName {
  readonly merchantId: string;
  readonly currency: string;
}

/**
 * What is kept of a batch: basis points of all its purchases together, rounded half up to the minor
 * unit once for the batch, and the fixed part for each purchase. A refund costs nothing and gives
 * no fee back.
 */
export function feeOf(
  { debits, debitsMinor }: Pick<Totals, 'debits' | 'debitsMinor'>,
  { basisPoints, fixedMinor }: MerchantFee,
): bigint {
  const shareMinor = (debitsMinor * BigInt(basisPoints) + WHOLE / 2n) / WHOLE;
  return shareMinor + fixedMinor * BigInt(debits);
}

const WHOLE = 10_000n;

/** The fee of batches that are paid out from now on. Throws what is not one. */
export async function setMerchantFee(
  db: Queries,
  { merchantId, currency }: FeeName,
  { basisPoints, fixedMinor }: MerchantFee,
  now: Date,
): Promise<void> {
  if (!Number.isInteger(basisPoints) || basisPoints < 0 || basisPoints > 10_000 || fixedMinor < 0n)
    throw new RangeError('a fee is 0 to 10,000 basis points and no amount below zero');
  const fee = { basis_points: basisPoints, fixed_minor: fixedMinor };
  await atomically(db, async (unit) => {
    await unit
      .insertInto('merchant_fees')
      .values({ merchant_id: merchantId, currency, ...fee })
      .onConflict((conflict) => conflict.columns(['merchant_id', 'currency']).doUpdateSet(fee))
      .execute();
    const details = { merchantId, currency, basisPoints, fixedMinor: `${fixedMinor}` };
    await appendAudit(unit, OPERATOR_SHARD, { act: 'merchant-fee-set', at: now, details });
  });
}
