import type { Selectable } from 'kysely';
import type { Posting } from '../ledger/ledger.ts';
import type { Queries } from './database.ts';
import type { Schema } from './schema.ts';

/** A payment as the cloud has it, without what identifies a card beyond the masked PAN. */
export type TransactionRecord = Omit<Selectable<Schema['transactions']>, 'card_token'>;

/** A posting with the entry it belongs to. */
export interface PostingRecord extends Posting {
  readonly terminalId: string;
  readonly entryId: string;
  readonly line: number;
}

/** All payments, oldest first. For tests, reports and reconciliation. */
export async function readTransactions(db: Queries): Promise<readonly TransactionRecord[]> {
  const rows = await db
    .selectFrom('transactions')
    .selectAll()
    .orderBy('received_at')
    .orderBy('stan')
    .execute();
  return rows.map(({ card_token: _, ...record }) => record);
}

/** All postings, in the order in which they were booked. */
export function readLedger(db: Queries): Promise<readonly PostingRecord[]> {
  return db
    .selectFrom('ledger_postings as posting')
    .innerJoin('ledger_entries as entry', (join) =>
      join
        .onRef('entry.terminal_id', '=', 'posting.terminal_id')
        .onRef('entry.entry_id', '=', 'posting.entry_id'),
    )
    .select([
      'posting.terminal_id as terminalId',
      'posting.entry_id as entryId',
      'posting.line',
      'posting.account_id as accountId',
      'posting.side',
      'posting.currency',
      'posting.amount_minor as amountMinor',
    ])
    .orderBy('entry.booked_at')
    .orderBy('posting.entry_id')
    .orderBy('posting.line')
    .execute();
}
