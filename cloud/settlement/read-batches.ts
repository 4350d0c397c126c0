import type { Queries } from '../store/database.ts';
import {
  type BankLine,
  type Compared,
  type ComparedTransaction,
  type CountedBatch,
  compare,
  type Difference,
} from './compare.ts';

/** Compares what terminals counted, the host has and the bank paid, of all closed batches. */
export async function compareWithBank(
  db: Queries,
  bank: readonly BankLine[],
): Promise<readonly Difference[]> {
  return compare({ ...(await readBatches(db)), bank });
}

/** The closed batches as either side counted them, the host's with their transactions. */
async function readBatches(db: Queries): Promise<Pick<Compared, 'terminal' | 'host'>> {
  return db
    .transaction()
    .setIsolationLevel('repeatable read')
    .execute(async (snapshot) => {
      const batches = await snapshot.selectFrom('batches').selectAll().execute();
      const rows = await snapshot
        .selectFrom('transactions')
        .selectAll()
        .where('batch_number', 'is not', null)
        .execute();
      const inBatch = Map.groupBy(rows, (row) =>
        nameOf(row.terminal_id, row.currency, row.batch_number ?? 0),
      );
      const terminal: CountedBatch[] = [];
      const host: CountedBatch[] = [];
      for (const row of batches) {
        const { terminal_id: terminalId, currency, batch_number: batchNumber } = row;
        const name = { terminalId, currency, batchNumber };
        terminal.push({
          ...name,
          totals: {
            credits: row.terminal_credits,
            creditsMinor: row.terminal_credits_minor,
            debits: row.terminal_debits,
            debitsMinor: row.terminal_debits_minor,
          },
        });
        const transactions = inBatch.get(nameOf(terminalId, currency, batchNumber)) ?? [];
        host.push({
          ...name,
          totals: {
            credits: row.host_credits,
            creditsMinor: row.host_credits_minor,
            debits: row.host_debits,
            debitsMinor: row.host_debits_minor,
          },
          transactions: transactions.map(({ stan, transmitted_at, kind, ...each }) => ({
            stan,
            transmittedAt: transmitted_at,
            direction: kind === 'refund' ? 'credit' : 'debit',
            // What a purchase took may be less than what was asked for.
            amountMinor:
              kind === 'refund' || kind === 'completion' ? each.amount_minor : each.captured_minor,
          })) satisfies readonly ComparedTransaction[],
        });
      }
      return { terminal, host };
    });
}

function nameOf(terminalId: string, currency: string, batchNumber: number): string {
  return `${terminalId} ${currency} ${batchNumber}`;
}
