import { type Malformed, malformed, ok, type Result } from '../bytes/result.ts';

/** A key serial number of TDES DUKPT: 10 bytes, the counter in the last 21 bits. */
export type TdesKsn = Uint8Array & { readonly __brand: 'TdesKsn' };
/** A key serial number of AES DUKPT: initial key id (8 bytes) and counter (4). */
export type AesKsn = Uint8Array & { readonly __brand: 'AesKsn' };

/** Why a key serial number cannot be used. */
export type KsnError = Malformed<'bad-ksn-length' | 'bad-counter' | 'counter-exhausted'>;

const TDES_COUNTER_BITS = 21;
/** A TDES counter has at most this many one bits, so that no key needs more derivations. */
const TDES_MAX_ONES = 10;
const AES_MAX_ONES = 16;
const AES_LAST_COUNTER = 0xffff0000;

/** Reads a TDES KSN. ANSI X9.24-1:2009, annex A. */
export function parseTdesKsn(bytes: Uint8Array): Result<TdesKsn, KsnError> {
  if (bytes.length !== 10) return malformed('bad-ksn-length', 'ksn', bytes.length);
  return ok(bytes.slice() as TdesKsn);
}

/** Reads an AES KSN. ANSI X9.24-3:2017, 6.3. */
export function parseAesKsn(bytes: Uint8Array): Result<AesKsn, KsnError> {
  if (bytes.length !== 12) return malformed('bad-ksn-length', 'ksn', bytes.length);
  return ok(bytes.slice() as AesKsn);
}

/** The counter of a TDES KSN, 21 bits. */
export function tdesCounter(ksn: TdesKsn): number {
  return new DataView(ksn.buffer, ksn.byteOffset).getUint32(6) & ((1 << TDES_COUNTER_BITS) - 1);
}

/** The counter of an AES KSN, 32 bits. */
export function aesCounter(ksn: AesKsn): number {
  return new DataView(ksn.buffer, ksn.byteOffset).getUint32(8);
}

/** A counter that a transaction key may have. Zero stands for the initial key. */
export function checkTdesCounter(counter: number): Result<number, KsnError> {
  if (counter === 0 || ones(counter) > TDES_MAX_ONES) return malformed('bad-counter', 'ksn', 7);
  return ok(counter);
}

/** A counter that a working key may have. Zero stands for the initial key. */
export function checkAesCounter(counter: number): Result<number, KsnError> {
  if (counter === 0 || ones(counter) > AES_MAX_ONES) return malformed('bad-counter', 'ksn', 8);
  return ok(counter);
}

/**
 * The KSN of the next transaction: counters with more than 10 one bits are passed over. Error:
 * `counter-exhausted` after about a million, when the device needs a new initial key.
 */
export function nextTdesKsn(ksn: TdesKsn): Result<TdesKsn, KsnError> {
  const counter = nextCounter(tdesCounter(ksn), TDES_MAX_ONES);
  if (counter >= 2 ** TDES_COUNTER_BITS) return malformed('counter-exhausted', 'ksn', 7);
  const next = ksn.slice() as TdesKsn;
  const view = new DataView(next.buffer);
  const fixed = view.getUint32(6) - tdesCounter(ksn);
  view.setUint32(6, fixed + counter);
  return ok(next);
}

/** The KSN of the next transaction. Error: `counter-exhausted` after FFFF0000. */
export function nextAesKsn(ksn: AesKsn): Result<AesKsn, KsnError> {
  const counter = nextCounter(aesCounter(ksn), AES_MAX_ONES);
  if (counter > AES_LAST_COUNTER) return malformed('counter-exhausted', 'ksn', 8);
  const next = ksn.slice() as AesKsn;
  new DataView(next.buffer).setUint32(8, counter);
  return ok(next);
}

/** One more; where that has too many one bits, its lowest is carried until it has not. */
function nextCounter(counter: number, maxOnes: number): number {
  let next = counter + 1;
  while (ones(next) > maxOnes) next += lowestOne(next);
  return next;
}

function ones(value: number): number {
  let count = 0;
  for (let rest = value; rest > 0; rest = Math.floor(rest / 2)) count += rest % 2;
  return count;
}

function lowestOne(value: number): number {
  let bit = 1;
  while (value % (bit * 2) === 0) bit *= 2;
  return bit;
}
