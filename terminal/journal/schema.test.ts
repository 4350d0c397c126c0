import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, it } from 'vitest';
import { prepareSchema } from './schema.ts';

it('has every commit synced to the disk, also when it opens an existing journal', () => {
  const folder = mkdtempSync(join(tmpdir(), 'tessera-journal-'));
  for (let times = 0; times < 2; times++) {
    const database = new DatabaseSync(join(folder, 'journal.db'));
    expect(prepareSchema(database)).toBeUndefined();
    const pragma = (name: string) => database.prepare(`PRAGMA ${name}`).get()?.[name];
    expect(pragma('journal_mode')).toBe('wal');
    expect(pragma('synchronous')).toBe(2);
    expect(pragma('fullfsync')).toBe(1);
    expect(pragma('checkpoint_fullfsync')).toBe(1);
    database.close();
  }
  rmSync(folder, { recursive: true });
});

it('wants a write-ahead log, which memory has not', () => {
  const database = new DatabaseSync(':memory:');
  expect(prepareSchema(database)).toMatchObject({ kind: 'journal-unavailable' });
  database.close();
});
