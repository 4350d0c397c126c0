import type { PortFailure } from '#kernel/ports/failure.ts';

/**
 * What a SQLite error means to the owner of the journal. Kinds: `journal-in-use`,
 * `journal-read-only`, `journal-io-error`, `journal-corrupt`, `journal-full`,
 * `journal-unavailable`, `journal-conflict` (a second intent or end of one payment),
 * `journal-closed` and `journal-failed`. `doing` names the call. The detail never holds data.
 */
export function sqliteFailure(error: unknown, doing: string): PortFailure {
  const code = numberOf(error, 'errcode');
  if (code === undefined) {
    const closed = textOf(error, 'code') === 'ERR_INVALID_STATE';
    const meaning = closed ? CLOSED : UNKNOWN_FAILURE;
    return { ...meaning, detail: `${doing}: ${textOf(error, 'code') ?? 'unexpected error'}` };
  }
  const meaning = MEANINGS[code & 0xff] ?? UNKNOWN_FAILURE;
  return { ...meaning, detail: `${doing}: ${textOf(error, 'errstr') ?? 'SQLite'} (${code})` };
}

type Meaning = Omit<PortFailure, 'detail'>;

const UNKNOWN_FAILURE: Meaning = { kind: 'journal-failed', retryable: false, effect: 'unknown' };
const CLOSED: Meaning = { kind: 'journal-closed', retryable: false, effect: 'none' };

/** By primary result code: https://sqlite.org/rescode.html */
const MEANINGS: Readonly<Record<number, Meaning>> = {
  5: { kind: 'journal-in-use', retryable: true, effect: 'none' },
  8: { kind: 'journal-read-only', retryable: false, effect: 'none' },
  // A commit whose sync failed may yet be found in the log after a restart.
  10: { kind: 'journal-io-error', retryable: false, effect: 'unknown' },
  11: { kind: 'journal-corrupt', retryable: false, effect: 'none' },
  13: { kind: 'journal-full', retryable: true, effect: 'none' },
  14: { kind: 'journal-unavailable', retryable: false, effect: 'none' },
  19: { kind: 'journal-conflict', retryable: false, effect: 'none' },
  26: { kind: 'journal-corrupt', retryable: false, effect: 'none' },
};

function numberOf(error: unknown, key: string): number | undefined {
  const value = memberOf(error, key);
  return typeof value === 'number' ? value : undefined;
}

function textOf(error: unknown, key: string): string | undefined {
  const value = memberOf(error, key);
  return typeof value === 'string' ? value : undefined;
}

function memberOf(error: unknown, key: string): unknown {
  return error instanceof Error ? Reflect.get(error, key) : undefined;
}
