import { namedDatabase, type PlaceValues } from './cloud-place.ts';

/** What of `PLACE_HELP` is different where all tables are read or made. */
export const OWNER_HELP =
  '                       as who owns its tables (also: TESSERA_OWNER_DATABASE_URL)';

/** The PostgreSQL that was named, as who owns its tables; `undefined` is the embedded one. */
export function ownerDatabase(values: PlaceValues): string | undefined {
  if (values['database-url']) return values['database-url'];
  return process.env['TESSERA_OWNER_DATABASE_URL'] || namedDatabase(values);
}
