import { encodeHex } from '#kernel/bytes/hex.ts';
import type { Malformed } from '#kernel/bytes/result.ts';
import type { Console } from './command.ts';

/** How a refusal is told. */
export interface RefusalView {
  readonly json: boolean;
  /** The input, where it may be shown: it stands in the command line, or --reveal was given. */
  readonly bytes?: Uint8Array;
}

/** Tells why an input was refused, in JSON on standard output or in words; gives exit code 1. */
export function refuse(error: Malformed, { json, bytes }: RefusalView, console: Console): 1 {
  const { kind, path, offset } = error;
  if (json) {
    console.out(`${JSON.stringify({ error: { kind, path, offset } })}\n`);
    return 1;
  }
  const place = path === '' ? '' : ` in ${path}`;
  console.err(
    `Refused: ${kind}${place}, at ${offset}.\n${bytes?.length ? caret(bytes, offset) : ''}`,
  );
  return 1;
}

/** A few bytes around the fault, and a caret under it. */
function caret(bytes: Uint8Array, offset: number): string {
  const start = Math.max(0, offset - 16);
  const shown = [...bytes.subarray(start, offset + 8)].map((byte) =>
    encodeHex(Uint8Array.of(byte)),
  );
  const before = start > 0 ? '… ' : '';
  const after = offset + 8 < bytes.length ? ' …' : '';
  const indent = ' '.repeat(2 + before.length + 3 * (Math.min(offset, bytes.length) - start));
  return `  ${before}${shown.join(' ')}${after}\n${indent}^ byte ${offset}\n`;
}
