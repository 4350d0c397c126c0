import type { Selectable } from 'kysely';
import type { Transfer } from '../ledger/ledger.ts';
import type { Queries } from './database.ts';
import type { Schema } from './schema.ts';

/** A payment as the cloud has it, without what identifies a card beyond the masked PAN. */
export type TransactionRecord = Omit<Selectable<Schema['transactions']>, 'card_token'>;

/** A transfer with the entry it belongs to. */
export interface TransferRecord extends Transfer {
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

/** All transfers, in the order in which they were booked. */
export function readLedger(db: Queries): Promise<readonly TransferRecord[]> {
  return db
    .selectFrom('ledger_transfers')
    .select([
      'terminal_id as terminalId',
      'entry_id as entryId',
      'line',
      'debit_account as debitAccount',
      'credit_account as creditAccount',
      'currency',
      'amount_minor as amountMinor',
    ])
    .orderBy('booked_at')
    .orderBy('entry_id')
    .orderBy('line')
    .execute();
}
