import { type RawBuilder, sql } from 'kysely';
import type { UnitOfWork } from './database.ts';

const PIECE = 2_000;

/**
 * Reads what a query gives in pieces, so that no result is too long to be held; all of it is of the
 * moment at which the reading began.
 */
export async function readInPieces<T>(
  unit: UnitOfWork,
  query: RawBuilder<T>,
  take: (rows: readonly T[]) => void | Promise<void>,
): Promise<void> {
  await sql`declare pieces no scroll cursor for ${query}`.execute(unit);
  for (;;) {
    const { rows } = await sql<T>`fetch ${sql.lit(PIECE)} from pieces`.execute(unit);
    if (rows.length > 0) await take(rows);
    if (rows.length < PIECE) break;
  }
  await sql`close pieces`.execute(unit);
}
