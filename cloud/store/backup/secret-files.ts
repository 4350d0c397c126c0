import { mkdir, readdir } from 'node:fs/promises';
import path from 'node:path';
import { readClearText, writeClearText } from '../key-file.ts';
import type { SecretFiles } from './sealed-files.ts';

/** The embedded PostgreSQL's own; one that is made anew gets another. */
const NOT_NEEDED = 'database.json';
const FOLDERS = ['', 'enrolment'];

/**
 * What a cloud needs beside its database, from its data directory: keys, its authority, what its
 * own terminal was given, the operator's key of the API. In the clear, whether they are sealed
 * there or not.
 */
export async function readSecretFiles(dataDir: string): Promise<SecretFiles> {
  const files: [string, string][] = [];
  for (const folder of FOLDERS) {
    const names = await readdir(path.join(dataDir, folder)).catch(() => []);
    for (const name of names.toSorted()) {
      if (!name.endsWith('.json') || name === NOT_NEEDED) continue;
      const file = path.posix.join(folder, name);
      files.push([file, await readClearText(path.join(dataDir, file))]);
    }
  }
  return Object.fromEntries(files);
}

/** Puts them into a data directory that has none of them. */
export async function writeSecretFiles(dataDir: string, files: SecretFiles): Promise<void> {
  for (const [file, text] of Object.entries(files)) {
    const target = path.join(dataDir, file);
    await mkdir(path.dirname(target), { recursive: true, mode: 0o700 });
    await writeClearText(target, text);
  }
}
