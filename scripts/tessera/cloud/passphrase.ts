import { readFileSync } from 'node:fs';
import { MIN_PASSPHRASE_LENGTH } from '#cloud/store/backup/sealed-files.ts';
import { UsageError } from '../command.ts';

/** Reads a passphrase from a file, its line end not included: the command line would show it. */
export function readPassphrase(file: string): string {
  let text: string;
  try {
    text = readFileSync(file, 'utf8').replace(/\r?\n$/, '');
  } catch {
    throw new UsageError(`${file} cannot be read.`);
  }
  if (text.length >= MIN_PASSPHRASE_LENGTH) return text;
  throw new UsageError(`A passphrase has ${MIN_PASSPHRASE_LENGTH} characters or more.`);
}
