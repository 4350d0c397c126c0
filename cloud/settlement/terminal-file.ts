import { type Malformed, malformed, ok, type Result } from '#kernel/bytes/result.ts';
import {
  type BatchName,
  type ComparedTransaction,
  type CountedBatch,
  countTotals,
  nameOf,
} from './compare.ts';

/** Why a terminal's file was refused: the line is the path. */
export type TerminalFileFault = Malformed<'bad-header' | 'bad-columns' | 'bad-value'>;

/** The transactions of a terminal's file, by batch. */
export type TerminalBatches = ReadonlyMap<string, Omit<Required<CountedBatch>, 'totals'>>;

/**
 * Reads what a terminal itself has of its batches: CSV, UTF-8, a header and one line for each
 * transaction, ends of line LF or CRLF. Columns: `terminal` (8 characters), `batch` (from 1),
 * `currency` (ISO 4217, three digits), `stan` (DE 11, six digits), `transmitted` (DE 7, ten
 * digits), `direction` (`debit` a purchase, `credit` a refund), `amount` (minor units, digits). No
 * quotes, nothing else. Errors, with the line as path: `bad-header`, `bad-columns`, `bad-value`.
 */
export function parseTerminalFile(text: string): Result<TerminalBatches, TerminalFileFault> {
  const [header, ...rows] = text.replaceAll('\r\n', '\n').replace(/\n$/, '').split('\n');
  if (header !== HEADER) return malformed('bad-header', '1', 0);
  const batches = new Map<string, Grown>();
  for (const [i, row] of rows.entries()) {
    const values = row.split(',');
    if (values.length !== 7) return malformed('bad-columns', `${i + 2}`, 0);
    const read = readLine(values);
    if (!read) return malformed('bad-value', `${i + 2}`, 0);
    const { transaction, ...name } = read;
    const batch = batches.get(nameOf(name)) ?? { ...name, transactions: [] };
    batch.transactions.push(transaction);
    batches.set(nameOf(name), batch);
  }
  return ok(batches);
}

/**
 * Puts a terminal's own transactions beside the totals it reconciled with. A batch the file has and
 * no totals are known of has what its transactions come to; one that the file has nothing of, but
 * earlier and later ones of the same terminal and currency, is an empty one.
 */
export function withTransactions(
  counted: readonly CountedBatch[],
  file: TerminalBatches,
): readonly CountedBatch[] {
  const known = new Set(counted.map(nameOf));
  const numbers = Map.groupBy(file.values(), seriesOf);
  const isCovered = (batch: CountedBatch) => {
    const all = (numbers.get(seriesOf(batch)) ?? []).map(({ batchNumber }) => batchNumber);
    return all.some((n) => n < batch.batchNumber) && all.some((n) => n > batch.batchNumber);
  };
  return [
    ...counted.map((batch) => {
      const transactions = file.get(nameOf(batch))?.transactions;
      if (transactions) return { ...batch, transactions };
      return isCovered(batch) ? { ...batch, transactions: [] } : batch;
    }),
    ...[...file.values()]
      .filter((batch) => !known.has(nameOf(batch)))
      .map((batch) => ({ ...batch, totals: countTotals(batch.transactions) })),
  ];
}

const HEADER = 'terminal,batch,currency,stan,transmitted,direction,amount';

interface Grown extends BatchName {
  readonly transactions: ComparedTransaction[];
}

function readLine(
  values: readonly string[],
): (BatchName & { readonly transaction: ComparedTransaction }) | undefined {
  const [terminalId = '', batch = '', currency = '', stan = '', transmittedAt = ''] = values;
  const [direction, amount = ''] = values.slice(5);
  const isGood =
    /^[\x21-\x7e]{8}$/.test(terminalId) &&
    /^[1-9]\d{0,8}$/.test(batch) &&
    /^\d{3}$/.test(currency) &&
    /^\d{6}$/.test(stan) &&
    /^\d{10}$/.test(transmittedAt) &&
    /^\d{1,15}$/.test(amount);
  if (!isGood || (direction !== 'debit' && direction !== 'credit')) return undefined;
  const transaction = { stan, transmittedAt, direction, amountMinor: BigInt(amount) } as const;
  return { terminalId, currency, batchNumber: Number(batch), transaction };
}

function seriesOf({ terminalId, currency }: Omit<BatchName, 'batchNumber'>): string {
  return `${terminalId} ${currency}`;
}
