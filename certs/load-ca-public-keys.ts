import { equalBytes } from '#kernel/bytes/bytes.ts';
import { parseHex } from '#kernel/bytes/hex.ts';
import { fail, ok, type Result } from '#kernel/bytes/result.ts';
import { type CaPublicKey, caPublicKeyChecksum } from '#kernel/emv/oda/ca-public-key.ts';
import shipped from './ca-public-keys.json' with { type: 'json' };

/** One key as a list of keys states it; hex, upper or lower case. */
export interface CaPublicKeyRecord {
  readonly rid: string;
  readonly index: string;
  readonly environment: string;
  /** The last day of use, YYYY-MM-DD; `null` where the list states none. */
  readonly expiry: string | null;
  readonly exponent: string;
  readonly modulus: string;
  /** SHA-1 over RID, index, modulus and exponent. */
  readonly checksum: string;
}

/** Why a key is not used. */
export type CaPublicKeyRefusal =
  /** Not hex, or not of the lengths and values that a key may have. */
  | 'malformed'
  | 'checksum-mismatch'
  /** Another key has its RID and index, and stands before it. */
  | 'duplicate'
  /** Not a live key, in production. */
  | 'test-key'
  | 'expired'
  /** A live key must say how long it lives. */
  | 'expiry-unknown';

/** The keys to trust, and those refused with the reason. */
export interface LoadedCaPublicKeys {
  readonly keys: readonly CaPublicKey[];
  readonly refused: readonly {
    /** Its place in the list, from 0. */
    readonly position: number;
    readonly rid: string;
    readonly index: string;
    readonly reason: CaPublicKeyRefusal;
  }[];
}

/**
 * The keys that come with Tessera, of public lists: most are test keys, and the live ones are past
 * the dates that those lists state. A shop in production has its acquirer's list instead.
 */
export const SHIPPED_CA_PUBLIC_KEYS: readonly CaPublicKeyRecord[] = shipped.keys;

/**
 * Verifies each key of a list. Development trusts whatever has the right checksum; production only
 * live keys whose stated expiry is not past on `date` (YYYY-MM-DD). Source: EMV 4.4 Book 2, 10.2
 * and 11.2.2 (checksum, expiry, removal of keys).
 */
export function loadCaPublicKeys(
  records: readonly CaPublicKeyRecord[],
  mode: 'production' | 'development',
  date: string,
): LoadedCaPublicKeys {
  const keys = new Map<string, CaPublicKey>();
  const refused: LoadedCaPublicKeys['refused'][number][] = [];
  for (const [position, record] of records.entries()) {
    const { rid, index } = record;
    const name = `${rid} ${index}`.toUpperCase();
    const key = verifyRecord(record, mode, date);
    if (key.ok && !keys.has(name)) keys.set(name, key.value);
    else refused.push({ position, rid, index, reason: key.ok ? 'duplicate' : key.error });
  }
  return { keys: [...keys.values()], refused };
}

function verifyRecord(
  record: CaPublicKeyRecord,
  mode: 'production' | 'development',
  date: string,
): Result<CaPublicKey, CaPublicKeyRefusal> {
  const { expiry } = record;
  const key = parseRecord(record);
  if (!key) return fail('malformed');
  const stated = parseHex(record.checksum);
  if (!stated.ok || !equalBytes(caPublicKeyChecksum(key), stated.value)) {
    return fail('checksum-mismatch');
  }
  if (mode === 'development') return ok(key);
  if (record.environment !== 'live') return fail('test-key');
  if (expiry === null) return fail('expiry-unknown');
  if (expiry < date) return fail('expired');
  // A year that six digits cannot name is further off than any transaction.
  const sixDigits = expiry < '2050' ? expiry.slice(2).replaceAll('-', '') : undefined;
  return ok(sixDigits === undefined ? key : { ...key, expiry: sixDigits });
}

/** The longest key, in bytes. Source: EMV 4.4 Book 2, annex D1. */
const MAX_MODULUS_BYTES = 248;

function parseRecord(record: CaPublicKeyRecord): CaPublicKey | undefined {
  const fields = [record.rid, record.index, record.modulus, record.exponent].map(parseHex);
  const [rid, index, modulus, exponent] = fields.map((one) => (one.ok ? one.value : undefined));
  if (rid?.length !== 5 || index?.length !== 1 || !modulus?.length || !exponent) return undefined;
  const { environment, expiry } = record;
  const isKnown = environment === 'live' || environment === 'test';
  const isDay = expiry === null || /^\d{4}-\d{2}-\d{2}$/.test(expiry);
  const isExponent = /^(03|010001)$/.test(record.exponent);
  if (!isKnown || !isDay || !isExponent || modulus.length > MAX_MODULUS_BYTES) return undefined;
  return { rid, index: index[0] ?? 0, modulus, exponent };
}
