import { readFileSync, writeFileSync } from 'node:fs';
import type { CsvFault } from '#cloud/scoring/handbook/csv-fields.ts';
import { computeFeatures } from '#cloud/scoring/handbook/features.ts';
import type { FeaturedTransactions } from '#cloud/scoring/handbook/folds.ts';
import {
  type FraudModel,
  type FraudModelFault,
  readFraudModel,
} from '#cloud/scoring/handbook/fraud-model.ts';
import { firstAtOrAfter, type Transactions } from '#cloud/scoring/handbook/transactions.ts';
import { CSV_COLUMNS, parseTransactionsCsv } from '#cloud/scoring/handbook/transactions-csv.ts';
import type { Malformed, Result } from '#kernel/bytes/result.ts';
import { type Console, UsageError } from './command.ts';

/** What a file of transactions must be, for every command's help. */
export const CSV_HELP = `The file is CSV with a header. Columns, in any order and among others:
  ${CSV_COLUMNS.join(', ')}
TX_DATETIME is YYYY-MM-DD HH:MM:SS on the shop's clock, TX_AMOUNT a number, TX_FRAUD 0 or 1.`;

/** A file's transactions with their features, and the file's row of each. */
export interface FeaturedFile extends FeaturedTransactions {
  readonly fileRow: Uint32Array;
}

/** Reads a file of transactions and computes the features. */
export function readTransactions(
  file: string | undefined,
  console: Console,
  labelDelayDays?: number,
): Result<FeaturedFile, CsvFault> {
  const parsed = parseTransactionsCsv(readBytes(file, '--transactions FILE.csv'));
  if (!parsed.ok) return parsed;
  const { transactions, fileRow } = parsed.value;
  console.err(`${transactions.seconds.length} transactions read.\n`);
  const features = computeFeatures(transactions, labelDelayDays);
  return { ok: true, value: { transactions, features, fileRow } };
}

/** Reads a model file. */
export function readModel(file: string | undefined): Result<FraudModel, FraudModelFault> {
  return readFraudModel(new TextDecoder().decode(readBytes(file, '--model FILE.json')));
}

/** Rows of two dates, the first included: all rows where none is given. */
export function rowsBetween(
  transactions: Transactions,
  from: string | undefined,
  to: string | undefined,
): Uint32Array {
  const { length } = transactions.seconds;
  const first = from === undefined ? 0 : firstAtOrAfter(transactions, parseDate(from));
  const end = to === undefined ? length : firstAtOrAfter(transactions, parseDate(to));
  return Uint32Array.from({ length: Math.max(end - first, 0) }, (_, i) => first + i);
}

/** The first second of a date. */
export function parseDate(date: string): number {
  const ms = /^\d{4}-\d\d-\d\d$/.test(date) ? Date.parse(date) : Number.NaN;
  if (Number.isNaN(ms)) throw new UsageError(`${date} is not a date as YYYY-MM-DD.`);
  return ms / 1000;
}

/** A whole number of 0 to `max`. */
export function parseCount(text: string, option: string, max: number): number {
  if (!/^\d+$/.test(text) || Number(text) > max)
    throw new UsageError(`${option} takes a number up to ${max}.`);
  return Number(text);
}

/** Tells why a file was refused, with line and column where it has them; gives exit code 1. */
export function refuseFile(error: Malformed | CsvFault, json: boolean, console: Console): 1 {
  if (json) console.out(`${JSON.stringify({ error })}\n`);
  const { kind, path } = error;
  const place = 'line' in error ? `line ${error.line}, column ${error.column}` : `${error.offset}`;
  console.err(`Refused: ${kind}${path === '' ? '' : ` in ${path}`}, at ${place}.\n`);
  return 1;
}

function readBytes(file: string | undefined, option: string): Uint8Array {
  if (file === undefined) throw new UsageError(`Give ${option}.`);
  try {
    return readFileSync(file);
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : `${file} cannot be read.`);
  }
}

/** Writes a model file. */
export function writeModel(file: string, text: string): void {
  try {
    writeFileSync(file, text);
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : `${file} cannot be written.`);
  }
}
