import type { Manifest, TablePart } from '#cloud/store/backup/manifest.ts';
import type { Console } from '../command.ts';

/** What a backup is, for `--json`. */
export function summaryOf(manifest: Manifest): unknown {
  const { takenAt, migrations, tables, secretFiles, secrets } = manifest;
  const shown = tables.map(({ name, rows, file }) => ({ name, rows, bytes: file.bytes }));
  return {
    takenAt,
    schema: migrations.at(-1)?.name,
    tables: shown,
    secretFiles,
    withSecrets: secrets !== null,
  };
}

/** The same in words. */
export function textOf({ takenAt, tables, secretFiles, secrets, migrations }: Manifest): string {
  const lines = tables.map(({ name, rows }) => `  ${name.padEnd(24)}${`${rows}`.padStart(12)}\n`);
  const bytes = tables.reduce((sum, { file }) => sum + file.bytes, 0);
  const where = secrets ? 'sealed in the backup' : 'not in the backup';
  return `A backup of ${takenAt}, schema ${migrations.at(-1)?.name}, ${bytes} bytes. Rows:
${lines.join('')}Files it cannot be used without, ${where}:
  ${secretFiles.join(', ')}\n`;
}

/** Tells who watches of each table when it is done. */
export function onTableOf(console: Console): ((part: TablePart) => void) | undefined {
  if (!console.isWatched) return undefined;
  return ({ name, rows }) => console.err(`${name}: ${rows} rows\n`);
}
