import { concatBytes, xorBytes } from '../bytes/bytes.ts';
import { hex } from '../bytes/hex.ts';
import { malformed, ok, type Result } from '../bytes/result.ts';
import { type KeyLengthError, tdesCipherOf } from './block-cipher.ts';
import { checkTdesCounter, type KsnError, type TdesKsn, tdesCounter } from './ksn.ts';
import { SecretKey } from './secret-key.ts';

/** What a key made from a transaction key is for. */
export const TDES_DUKPT_USAGES = [
  'pin',
  'mac-request',
  'mac-response',
  'data-request',
  'data-response',
] as const;

/** One of `TDES_DUKPT_USAGES`. */
export type TdesDukptUsage = (typeof TDES_DUKPT_USAGES)[number];

/** Why a key cannot be derived. */
export type DukptError = KeyLengthError | KsnError;

/** Turns a key into the one for its right half. ANSI X9.24-1:2009, A.2. */
const HALF_MASK = hex('C0C0C0C000000000C0C0C0C000000000');

/** X9.24-1:2009, A.4.1, table A-1: the variant is mixed into both halves. */
const VARIANTS: Readonly<Record<TdesDukptUsage, Uint8Array>> = {
  pin: hex('00000000000000FF00000000000000FF'),
  'mac-request': hex('000000000000FF00000000000000FF00'),
  'mac-response': hex('00000000FF00000000000000FF000000'),
  'data-request': hex('0000000000FF00000000000000FF0000'),
  'data-response': hex('000000FF00000000000000FF00000000'),
};

/**
 * The initial key of a device (IPEK), 16 bytes: the KSN without its counter, enciphered with the
 * base derivation key (16 bytes) and with a variant of it. Source: ANSI X9.24-1:2009, A.6.
 */
export function deriveTdesInitialKey(
  baseDerivationKey: SecretKey,
  ksn: TdesKsn,
): Result<SecretKey, DukptError> {
  if (baseDerivationKey.lengthBytes !== 16) return malformed('bad-key-length', 'bdk', 0);
  const bytes = baseDerivationKey.reveal();
  const serial = withoutCounter(ksn).subarray(0, 8);
  const left = tdesCipherOf(bytes).encrypt(serial);
  const right = tdesCipherOf(xorBytes(bytes, HALF_MASK)).encrypt(serial);
  return ok(new SecretKey(concatBytes(left, right)));
}

/**
 * The key of one transaction, 16 bytes, derived from the initial key once for every one bit of the
 * counter. Errors: `bad-counter` when it is zero or has more than 10 one bits.
 * Source: ANSI X9.24-1:2009, A.2 and A.3.
 */
export function deriveTdesTransactionKey(
  initialKey: SecretKey,
  ksn: TdesKsn,
): Result<SecretKey, DukptError> {
  if (initialKey.lengthBytes !== 16) return malformed('bad-key-length', 'initialKey', 0);
  const counter = checkTdesCounter(tdesCounter(ksn));
  if (!counter.ok) return counter;
  const register = withoutCounter(ksn).subarray(2);
  const view = new DataView(register.buffer, register.byteOffset);
  const fixed = view.getUint32(4);
  let key = initialKey.reveal();
  let reached = 0;
  for (let bit = 1 << 20; bit > 0; bit >>= 1) {
    if ((counter.value & bit) === 0) continue;
    reached |= bit;
    view.setUint32(4, fixed | reached);
    key = concatBytes(stepped(xorBytes(key, HALF_MASK), register), stepped(key, register));
  }
  return ok(new SecretKey(key));
}

/**
 * The key of a transaction for one use. Keys for data are enciphered once more with themselves.
 * Source: ANSI X9.24-1:2009, A.4.1.
 */
export function deriveTdesWorkingKey(
  transactionKey: SecretKey,
  usage: TdesDukptUsage,
): Result<SecretKey, KeyLengthError> {
  if (transactionKey.lengthBytes !== 16) return malformed('bad-key-length', 'transactionKey', 0);
  const variant = xorBytes(transactionKey.reveal(), VARIANTS[usage]);
  const isData = usage === 'data-request' || usage === 'data-response';
  return ok(new SecretKey(isData ? tdesCipherOf(variant).encrypt(variant) : variant));
}

/** Half of the next key: single DES with the left half, between two mixes with the right. */
function stepped(key: Uint8Array, register: Uint8Array): Uint8Array {
  const right = key.subarray(8);
  const cipher = tdesCipherOf(key.subarray(0, 8));
  return xorBytes(cipher.encrypt(xorBytes(register, right)), right);
}

function withoutCounter(ksn: TdesKsn): Uint8Array {
  const serial = ksn.slice();
  serial[7] = (serial[7] ?? 0) & 0xe0;
  serial.fill(0, 8);
  return serial;
}
