import { errorCode, openDatabase, type Queries } from '#cloud/store/database.ts';
import { UsageError } from './command.ts';

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
