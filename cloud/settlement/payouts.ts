import { sql } from 'kysely';
import { appendAudit } from '../audit/audit-log.ts';
import { BANK_CLEARING, book, FEES, merchantAccount, type Transfer } from '../ledger/ledger.ts';
import { atomically, type Queries, type UnitOfWork } from '../store/database.ts';
import { type BatchName, netOf } from './compare.ts';
import { COUNTED_MINOR, IS_COUNTED } from './counted-transactions.ts';
import { type FeeName, feeOf, type MerchantFee } from './merchant-fees.ts';

/** What is paid out for a batch, in minor units: `gross - fee - withheld`. */
export interface Payout extends BatchName {
  readonly merchantId: string;
  readonly grossMinor: bigint;
  readonly feeMinor: bigint;
  /** For disputes, and what was lost in them; below zero, what is given back of it. */
  readonly withheldMinor: bigint;
  /** To be paid, or to be taken where it is below zero. */
  readonly amountMinor: bigint;
  readonly paidAt: Date;
  /** When a line of the bank's file was found for it. */
  readonly matchedAt: Date | null;
}

/** Who is paid out. */
export interface PayoutRun {
  /** Undefined is all. */
  readonly merchantId?: string;
  readonly now: Date;
}

/**
 * Pays out every batch that is closed and not paid out: the fee goes to `FEES`, what is left from
 * the merchant's account to `BANK_CLEARING`, until the bank's line is found. What the merchant's
 * account has less than its batches come to (disputes, late reversals) is withheld, never more than
 * a batch pays; what it has more was withheld before and is given back. It may run at once in
 * several places.
 */
export async function payOut(db: Queries, run: PayoutRun): Promise<readonly Payout[]> {
  const due = await db
    .selectFrom('batches')
    .select(['merchant_id as merchantId', 'currency'])
    .distinct()
    .where('merchant_id', 'is not', null)
    .where(IS_UNPAID)
    .orderBy('merchant_id')
    .orderBy('currency')
    .execute();
  const paid: Payout[] = [];
  for (const { merchantId, currency } of due) {
    if (merchantId === null || merchantId !== (run.merchantId ?? merchantId)) continue;
    const name = { merchantId, currency };
    paid.push(...(await atomically(db, (unit) => payMerchant(unit, name, run))));
  }
  return paid;
}

/** All payouts, the latest first. */
export function listPayouts(db: Queries): Promise<readonly Payout[]> {
  return db
    .selectFrom('payouts')
    .select([
      'terminal_id as terminalId',
      'currency',
      'batch_number as batchNumber',
      'merchant_id as merchantId',
      'gross_minor as grossMinor',
      'fee_minor as feeMinor',
      'withheld_minor as withheldMinor',
      'amount_minor as amountMinor',
      'paid_at as paidAt',
      'matched_at as matchedAt',
    ])
    .orderBy('paid_at', 'desc')
    .orderBy('terminal_id')
    .orderBy('currency')
    .orderBy('batch_number')
    .execute();
}

async function payMerchant(
  unit: UnitOfWork,
  name: FeeName,
  run: PayoutRun,
): Promise<readonly Payout[]> {
  // Whoever pays this merchant out, or closes one of its batches, at the same time waits here.
  await unit
    .selectFrom('terminals')
    .select('terminal_id')
    .where('merchant_id', '=', name.merchantId)
    .orderBy('terminal_id')
    .forUpdate()
    .execute();
  const fee = await readFee(unit, name);
  const batches = await selectDue(unit, name);
  let missingMinor = await readMissing(unit, name);
  const paid: Payout[] = [];
  for (const { terminalId, batchNumber, ...totals } of batches) {
    const grossMinor = netOf(totals);
    const feeMinor = feeOf(totals, fee);
    const leftMinor = grossMinor - feeMinor;
    const withheldMinor = withheldOf(missingMinor, leftMinor);
    missingMinor -= withheldMinor;
    const payout: Payout = {
      ...{ ...name, terminalId, batchNumber, grossMinor, feeMinor, withheldMinor },
      amountMinor: leftMinor - withheldMinor,
      paidAt: run.now,
      matchedAt: null,
    };
    await recordPayout(unit, payout);
    paid.push(payout);
  }
  return paid;
}

/** What is kept back of a payment: never more than it is, and all of it where it is too much. */
export function withheldOf(missingMinor: bigint, leftMinor: bigint): bigint {
  if (missingMinor <= 0n) return missingMinor;
  const mostMinor = leftMinor > 0n ? leftMinor : 0n;
  return missingMinor < mostMinor ? missingMinor : mostMinor;
}

async function readFee(unit: UnitOfWork, name: FeeName): Promise<MerchantFee> {
  const fee = await unit
    .selectFrom('merchant_fees')
    .select(['basis_points as basisPoints', 'fixed_minor as fixedMinor'])
    .where('merchant_id', '=', name.merchantId)
    .where('currency', '=', name.currency)
    .executeTakeFirst();
  return fee ?? { basisPoints: 0, fixedMinor: 0n };
}

function selectDue(unit: UnitOfWork, { merchantId, currency }: FeeName) {
  return unit
    .selectFrom('batches')
    .select([
      'terminal_id as terminalId',
      'batch_number as batchNumber',
      'host_debits as debits',
      'host_debits_minor as debitsMinor',
      'host_credits as credits',
      'host_credits_minor as creditsMinor',
    ])
    .where('merchant_id', '=', merchantId)
    .where('currency', '=', currency)
    .where(IS_UNPAID)
    .orderBy('closed_at')
    .orderBy('terminal_id')
    .orderBy('batch_number')
    .execute();
}

const IS_UNPAID = sql<boolean>`not exists (select from payouts
  where payouts.terminal_id = batches.terminal_id and payouts.currency = batches.currency
    and payouts.batch_number = batches.batch_number)`;

/**
 * What the merchant's account has less than the batches that are not paid out and the open ones
 * come to. One statement, so that it is of one moment.
 */
async function readMissing(unit: UnitOfWork, { merchantId, currency }: FeeName): Promise<bigint> {
  const account = merchantAccount(merchantId);
  const { rows } = await sql<{ missing: bigint }>`
    select cast((
      select coalesce(sum(host_debits_minor - host_credits_minor), 0) from batches
      where merchant_id = ${merchantId} and currency = ${currency} and ${IS_UNPAID}
    ) + (
      select coalesce(sum(case kind when 'refund' then -1 else 1 end * ${COUNTED_MINOR}), 0)
      from transactions
      where merchant_id = ${merchantId} and currency = ${currency} and batch_number is null
        and ${IS_COUNTED}
    ) - (
      select coalesce(sum(case credit_account when ${account} then amount_minor
        else -amount_minor end), 0)
      from ledger_transfers
      where (credit_account = ${account} or debit_account = ${account})
        and currency = ${currency}
    ) as bigint) as missing`.execute(unit);
  const [row] = rows;
  if (!row) throw new Error('a sum has one row');
  return row.missing;
}

async function recordPayout(unit: UnitOfWork, payout: Payout): Promise<void> {
  const { terminalId, currency, batchNumber, merchantId, feeMinor, amountMinor } = payout;
  await unit
    .insertInto('payouts')
    .values({
      terminal_id: terminalId,
      currency,
      batch_number: batchNumber,
      merchant_id: merchantId,
      gross_minor: payout.grossMinor,
      fee_minor: feeMinor,
      withheld_minor: payout.withheldMinor,
      amount_minor: amountMinor,
      paid_at: payout.paidAt,
      ...{ matched_at: null, matched_file: null, bank_reference: null, booked_on: null },
    })
    .execute();
  const merchant = merchantAccount(merchantId);
  const transfers = [
    transferOf(merchant, FEES, currency, feeMinor),
    transferOf(merchant, BANK_CLEARING, currency, amountMinor),
  ].flat();
  const entryId = `payout-${currency}-${batchNumber}`;
  if (transfers.length > 0) await book(unit, { terminalId, entryId, transfers });
  const details = {
    ...{ currency, batchNumber, merchantId },
    grossMinor: `${payout.grossMinor}`,
    feeMinor: `${feeMinor}`,
    withheldMinor: `${payout.withheldMinor}`,
    amountMinor: `${amountMinor}`,
  };
  await appendAudit(unit, terminalId, { act: 'payout', at: payout.paidAt, details });
}

/** The transfer of an amount, the other way round where it is below zero, none where it is zero. */
export function transferOf(
  from: string,
  to: string,
  currency: string,
  amountMinor: bigint,
): readonly Transfer[] {
  if (amountMinor === 0n) return [];
  if (amountMinor < 0n) return transferOf(to, from, currency, -amountMinor);
  return [{ debitAccount: from, creditAccount: to, currency, amountMinor }];
}
