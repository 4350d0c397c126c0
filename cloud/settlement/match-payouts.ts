import { appendAudit } from '../audit/audit-log.ts';
import { BANK_ACCOUNT, BANK_CLEARING, book } from '../ledger/ledger.ts';
import { atomically, type Queries } from '../store/database.ts';
import type { ReadBankFile } from './bank-file.ts';
import { type BankLine, nameOf } from './compare.ts';
import { transferOf } from './payouts.ts';

/** What became of the lines of a file. */
export interface Matched {
  /** Payouts whose line was found: they are closed in the ledger. */
  readonly booked: readonly BankLine[];
  /** Lines for batches that were not paid out, or are none: there is nothing to close. */
  readonly withoutPayout: number;
}

/**
 * Closes every payout that the file has a line for with exactly its amount: `BANK_CLEARING` has
 * nothing of it any more. A second line, or one of another amount, closes nothing; the same file
 * again changes nothing.
 */
export async function matchPayouts(db: Queries, file: ReadBankFile, now: Date): Promise<Matched> {
  const booked: BankLine[] = [];
  let withoutPayout = 0;
  for (const [line] of Map.groupBy(file.lines, nameOf).values()) {
    if (!line) continue;
    const outcome = await atomically(db, async (unit) => {
      const { terminalId, currency, batchNumber } = line;
      const payout = await unit
        .selectFrom('payouts')
        .select(['amount_minor', 'matched_at'])
        .where('terminal_id', '=', terminalId)
        .where('currency', '=', currency)
        .where('batch_number', '=', batchNumber)
        .forUpdate()
        .executeTakeFirst();
      if (!payout) return 'no-payout';
      if (payout.matched_at || payout.amount_minor !== line.netMinor) return 'nothing';
      await unit
        .updateTable('payouts')
        .set({
          matched_at: now,
          matched_file: file.sha256,
          bank_reference: line.bankReference ?? null,
          booked_on: line.bookedOn ?? null,
        })
        .where('terminal_id', '=', terminalId)
        .where('currency', '=', currency)
        .where('batch_number', '=', batchNumber)
        .execute();
      const transfers = transferOf(BANK_CLEARING, BANK_ACCOUNT, currency, line.netMinor);
      const entryId = `paid-${currency}-${batchNumber}`;
      if (transfers.length > 0) await book(unit, { terminalId, entryId, transfers });
      const details = { currency, batchNumber, amountMinor: `${line.netMinor}` };
      const file256 = { file: file.sha256, bookedOn: line.bookedOn };
      const entry = { act: 'payout-matched', at: now, details: { ...details, ...file256 } };
      await appendAudit(unit, terminalId, entry);
      return 'booked';
    });
    if (outcome === 'booked') booked.push(line);
    if (outcome === 'no-payout') withoutPayout += 1;
  }
  return { booked, withoutPayout };
}
