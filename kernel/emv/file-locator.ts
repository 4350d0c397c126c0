import { type Malformed, malformed, ok, type Result } from '../bytes/result.ts';

/** A record that the card wants read. */
export interface LocatedRecord {
  /** Short file identifier, 1 to 30. */
  readonly sfi: number;
  readonly record: number;
  /** Whether it is among the data that the issuer signed. */
  readonly isSigned: boolean;
}

/**
 * The records that an application file locator (94) names, in their order: groups of four bytes, a
 * file, its first and last record, and how many of them from the first on are signed. Errors:
 * `length` (no or no whole groups), `file`, `records`, `signed-records`, each with the byte.
 * Source: EMV 4.4 Book 3, 10.2.
 */
export function parseFileLocator(
  value: Uint8Array,
): Result<readonly LocatedRecord[], Malformed<FileLocatorErrorKind>> {
  if (value.length === 0 || value.length % 4 !== 0) return malformed('length', '94', value.length);
  const records: LocatedRecord[] = [];
  for (let at = 0; at < value.length; at += 4) {
    const [file = 0, first = 0, last = 0, signed = 0] = value.subarray(at, at + 4);
    const sfi = file >> 3;
    if ((file & 7) !== 0 || sfi < 1 || sfi > 30) return malformed('file', '94', at);
    if (first < 1 || last < first) return malformed('records', '94', at + 1);
    if (signed > last - first + 1) return malformed('signed-records', '94', at + 3);
    for (let record = first; record <= last; record++) {
      records.push({ sfi, record, isSigned: record < first + signed });
    }
  }
  return ok(records);
}

/** Why a value is no application file locator. */
export type FileLocatorErrorKind = 'length' | 'file' | 'records' | 'signed-records';
