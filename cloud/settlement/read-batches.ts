import type { Queries } from '../store/database.ts';
import { dayAfter } from './bank-day.ts';
import type { ReadBankFile } from './bank-file.ts';
import {
  type BankLine,
  type ComparedTransaction,
  type CountedBatch,
  compare,
  type Difference,
  type HostBatch,
  nameOf,
} from './compare.ts';
import { type TerminalBatches, withTransactions } from './terminal-file.ts';

/** What closed batches are compared with. */
export interface Comparison {
  readonly bank: ReadBankFile;
  /** What terminals have themselves; undefined compares their totals alone. */
  readonly terminal?: TerminalBatches;
  /** Until when the bank is to pay; undefined is that it should have. */
  readonly due?: {
    /** Days after the batch was closed. */
    readonly days: number;
    /** The day that is compared on, YYYY-MM-DD. */
    readonly on: string;
  };
}

/**
 * Compares what terminals counted, the host has and the bank paid, of all closed batches. A batch
 * that an earlier file paid needs no line in this one; a file that was matched already compares as
 * it did before.
 */
export async function compareWithBank(
  db: Queries,
  { bank, terminal: file, due }: Comparison,
): Promise<readonly Difference[]> {
  const batches = await readBatches(db, due?.days);
  const host = batches.map(({ host: batch }) => batch);
  const terminal = batches.map((each) => each.terminal);
  const matched = new Map(batches.map(({ host: batch, line }) => [nameOf(batch), line]));
  return compare({
    terminal: file ? withTransactions(terminal, file) : terminal,
    host,
    bank: withoutMatched(bank, matched),
    ...(due && { on: due.on }),
  });
}

/** A line that was found for a payout. */
interface MatchedLine {
  readonly sha256: string;
  readonly bankReference: string | null;
}

/** The lines without those by which their payouts were matched: they were compared then. */
function withoutMatched(
  { lines, sha256 }: ReadBankFile,
  matched: ReadonlyMap<string, MatchedLine | undefined>,
): readonly BankLine[] {
  return [...Map.groupBy(lines, nameOf)].flatMap(([name, all]) => {
    const line = matched.get(name);
    if (!line) return all;
    if (line.sha256 === sha256) return all.slice(1);
    const same = all.findIndex(
      ({ bankReference }) => bankReference !== undefined && bankReference === line.bankReference,
    );
    return same < 0 ? all : all.toSpliced(same, 1);
  });
}

interface ReadBatch {
  readonly terminal: CountedBatch;
  readonly host: HostBatch;
  readonly line: MatchedLine | undefined;
}

/** The closed batches as either side counted them, the host's with their transactions. */
async function readBatches(db: Queries, dueDays: number | undefined): Promise<ReadBatch[]> {
  const [batches, rows] = await db
    .transaction()
    .setIsolationLevel('repeatable read')
    .execute((snapshot) => Promise.all([selectBatches(snapshot), selectTransactions(snapshot)]));
  const inBatch = Map.groupBy(rows, ({ terminal_id: terminalId, currency, batch_number }) =>
    nameOf({ terminalId, currency, batchNumber: batch_number ?? 0 }),
  );
  return batches.map((row) => {
    const { terminal_id: terminalId, currency, batch_number: batchNumber } = row;
    const name = { terminalId, currency, batchNumber };
    const terminal = {
      credits: row.terminal_credits,
      creditsMinor: row.terminal_credits_minor,
      debits: row.terminal_debits,
      debitsMinor: row.terminal_debits_minor,
    };
    const totals = {
      credits: row.host_credits,
      creditsMinor: row.host_credits_minor,
      debits: row.host_debits,
      debitsMinor: row.host_debits_minor,
    };
    const transactions = (inBatch.get(nameOf(name)) ?? []).map(comparedOf);
    const { matched_file: sha256, bank_reference: bankReference, payout_minor: payoutMinor } = row;
    return {
      terminal: { ...name, totals: terminal },
      host: {
        ...{ ...name, totals, transactions, isPaid: sha256 !== null },
        ...(payoutMinor !== null && { payoutMinor }),
        ...(dueDays !== undefined && { dueOn: dayAfter(row.closed_at, dueDays) }),
      },
      line: sha256 === null ? undefined : { sha256, bankReference },
    };
  });
}

function selectBatches(snapshot: Queries) {
  return snapshot
    .selectFrom('batches')
    .leftJoin('payouts', (join) =>
      join
        .onRef('payouts.terminal_id', '=', 'batches.terminal_id')
        .onRef('payouts.currency', '=', 'batches.currency')
        .onRef('payouts.batch_number', '=', 'batches.batch_number'),
    )
    .selectAll('batches')
    .select(['amount_minor as payout_minor', 'matched_file', 'bank_reference'])
    .orderBy('closed_at')
    .execute();
}

function selectTransactions(snapshot: Queries) {
  return snapshot
    .selectFrom('transactions')
    .select(['terminal_id', 'currency', 'batch_number', 'stan', 'transmitted_at', 'kind'])
    .select(['amount_minor', 'captured_minor'])
    .where('batch_number', 'is not', null)
    .execute();
}

type Row = Awaited<ReturnType<typeof selectTransactions>>[number];

function comparedOf({ stan, transmitted_at, kind, ...row }: Row): ComparedTransaction {
  return {
    stan,
    transmittedAt: transmitted_at,
    direction: kind === 'refund' ? 'credit' : 'debit',
    // What a purchase took may be less than what was asked for.
    amountMinor: kind === 'refund' || kind === 'completion' ? row.amount_minor : row.captured_minor,
  };
}
