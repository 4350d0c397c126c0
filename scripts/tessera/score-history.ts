import { readFileSync } from 'node:fs';
import { readScorer, type VersionedScorer } from '#cloud/scoring/decision-log.ts';
import { readDecisions } from '#cloud/scoring/decision-store.ts';
import { parseFeatures } from '#cloud/scoring/features.ts';
import { parseTransactionsCsv } from '#cloud/scoring/handbook/transactions-csv.ts';
import {
  type HistoricPayment,
  historyOfTransactions,
  parseHistory,
} from '#cloud/scoring/history.ts';
import { DEFAULT_RULES_TEXT } from '#cloud/scoring/scorer-files.ts';
import { LABEL_DELAY_DAYS } from '#cloud/scoring/velocity.ts';
import { errorCode, openDatabase, type Queries } from '#cloud/store/database.ts';
import type { Malformed, Result } from '#kernel/bytes/result.ts';
import { UsageError } from './command.ts';
import { CSV_HELP } from './score-input.ts';

/** Where history comes from, for every command's help. */
export const HISTORY_HELP = `History is one of
  --history FILE       JSON lines of tessera score export
  --transactions FILE  a file of transactions, scored as if each had been approved
  --database-url URL   the decisions of a cloud (also: TESSERA_DATABASE_URL)

${CSV_HELP}`;

/** Options of where history comes from. */
export const HISTORY_OPTIONS = {
  history: { type: 'string' },
  transactions: { type: 'string' },
  'database-url': { type: 'string' },
} as const;

/** Where history comes from. */
export interface HistorySource {
  readonly history?: string | undefined;
  readonly transactions?: string | undefined;
  readonly 'database-url'?: string | undefined;
}

/** Reads history from where the options say. */
export async function readHistory(
  source: HistorySource,
): Promise<Result<readonly HistoricPayment[], Malformed>> {
  if (source.history !== undefined) return parseHistory(readText(source.history));
  if (source.transactions !== undefined) {
    const parsed = parseTransactionsCsv(new TextEncoder().encode(readText(source.transactions)));
    if (!parsed.ok) return parsed;
    const value = historyOfTransactions(parsed.value.transactions, LABEL_DELAY_DAYS);
    return { ok: true, value };
  }
  return withDatabase(source['database-url'], async (db) => {
    const payments: HistoricPayment[] = [];
    for await (const { decidedAt, isFraud, logged } of readDecisions(db)) {
      const features = parseFeatures(logged.features);
      if (!features.ok) return features;
      payments.push({ decidedAtMs: decidedAt.getTime(), isFraud, features: features.value });
    }
    return { ok: true, value: payments };
  });
}

/** Lets `use` at a cloud's database. What the database says against it is a `UsageError`. */
export async function withDatabase<T>(
  url: string | undefined,
  use: (db: Queries) => Promise<T>,
): Promise<T> {
  const databaseUrl = url ?? process.env['TESSERA_DATABASE_URL'];
  if (databaseUrl === undefined || databaseUrl === '') throw new UsageError('Give --database-url.');
  const db = openDatabase(databaseUrl);
  try {
    return await use(db);
  } catch (cause) {
    if (errorCode(cause) === 'unknown') throw cause;
    throw new UsageError(`The database refuses: ${errorCode(cause)}.`);
  } finally {
    await db.destroy();
  }
}

/** Reads a scorer; without rules the default ones. */
export function readScorerFiles(
  rules: string | undefined,
  model: string | undefined,
): Result<VersionedScorer, Malformed> {
  const rulesText = rules === undefined ? DEFAULT_RULES_TEXT : readText(rules);
  const scorer = readScorer(rulesText, model === undefined ? undefined : readText(model));
  return scorer.ok ? scorer : { ok: false, error: scorer.error.error };
}

/** A file's text. */
export function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    throw new UsageError(`${file} cannot be read.`);
  }
}
