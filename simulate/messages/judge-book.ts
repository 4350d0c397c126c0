import type { Queries } from '#cloud/store/database.ts';
import type { TransactionRecord } from '#cloud/store/records.ts';
import { totalsFields } from '#kernel/transaction/follow-up-messages.ts';
import type { Book, Entry } from './book.ts';

/** The book of a terminal that works with single messages. */
export interface NamedBook {
  readonly terminalId: string;
  readonly book: Book;
}

/** A transaction's name at the host. */
export function nameOfEntry(terminalId: string, { trace }: Entry): string {
  return `${terminalId} ${`${trace.stan}`.padStart(6, '0')} ${trace.transmittedAt}`;
}

/**
 * The host has of every payment what the terminal knows of it, and of every batch what the
 * terminal counted. `records` by their names.
 */
export async function judgeBook(
  db: Queries,
  { terminalId, book }: NamedBook,
  records: ReadonlyMap<string, TransactionRecord>,
  say: (violation: string) => void,
): Promise<void> {
  if (!book.isDone) say(`${terminalId} has ${book.pending?.kind ?? 'messages'} still to do`);
  for (const standing of book.standings()) {
    const name = nameOfEntry(terminalId, standing.payment);
    const record = records.get(name);
    const { capturedMinor, refundedMinor } = standing;
    const known = `${capturedMinor}, ${refundedMinor} of it given back`;
    if (!record) say(`${name} is not known to the host, and took ${known}`);
    else if (record.captured_minor !== capturedMinor || record.refunded_minor !== refundedMinor) {
      const { captured_minor: captured, refunded_minor: refunded } = record;
      say(`${name} took ${known}; at the host ${captured} and ${refunded}`);
    }
  }
  await judgeBatches(db, { terminalId, book }, say);
}

async function judgeBatches(
  db: Queries,
  { terminalId, book }: NamedBook,
  say: (violation: string) => void,
): Promise<void> {
  const rows = await db
    .selectFrom('batches')
    .selectAll()
    .where('terminal_id', '=', terminalId)
    .orderBy('batch_number')
    .execute();
  const theirs = rows.map((row) => ({
    batchNumber: row.batch_number,
    ...totalsFields({
      credits: row.host_credits,
      creditsMinor: row.host_credits_minor,
      debits: row.host_debits,
      debitsMinor: row.host_debits_minor,
    }),
  }));
  const ours = book.entries.flatMap(({ outcome, totals }) =>
    totals && outcome?.type === 'answered' && outcome.code === '00'
      ? [{ batchNumber: outcome.batchNumber, ...totalsFields(totals) }]
      : [],
  );
  if (JSON.stringify(ours) === JSON.stringify(theirs)) return;
  say(`the batches of ${terminalId} are others at the host: ${ours.length} and ${theirs.length}`);
}
