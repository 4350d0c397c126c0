import { readFileSync } from 'node:fs';
import { parseHex } from '#kernel/bytes/hex.ts';
import type { Malformed, Result } from '#kernel/bytes/result.ts';
import { type Console, UsageError } from './command.ts';

/** How an input is given, for every command's help. */
export const INPUT_HELP =
  'An input is given as it is, or as @FILE, or as - (or nothing) for standard input.';

/** A file or a stream larger than this is not read: 32 MiB. */
const MAX_BYTES = 32 * 1024 * 1024;

/** The text of an argument: as it is, of a file (`@file`), or of standard input (`-` or none). */
export function readText(argument: string | undefined, console: Console): string {
  return isOnScreen(argument)
    ? argument
    : new TextDecoder().decode(readInputBytes(argument, console));
}

/** The bytes of a file (`@file`) or of standard input (`-` or none), as they are. */
export function readInputBytes(argument: string | undefined, console: Console): Uint8Array {
  if (isOnScreen(argument)) throw new UsageError('Bytes are read from @FILE or standard input.');
  const bytes = readBytes(argument, console);
  if (bytes.length > MAX_BYTES) throw new UsageError('The input is larger than 32 MiB.');
  return bytes;
}

/** Bytes from hex, whose white space does not matter. Offsets of errors count digits. */
export function readHex(
  argument: string | undefined,
  console: Console,
): Result<Uint8Array, Malformed> {
  return parseHex(readText(argument, console).replaceAll(/\s/g, ''));
}

/** Whether who calls sees the input already, because it stands in the command line. */
export function isOnScreen(argument: string | undefined): argument is string {
  return argument !== undefined && argument !== '-' && !argument.startsWith('@');
}

function readBytes(argument: string | undefined, console: Console): Uint8Array {
  if (!argument?.startsWith('@')) return console.stdin();
  try {
    return readFileSync(argument.slice(1));
  } catch (error) {
    throw new UsageError(`${argument.slice(1)} cannot be read: ${String(error)}`);
  }
}
