import { concatBytes } from '../bytes/bytes.ts';
import { type Malformed, malformed, ok, type Result } from '../bytes/result.ts';
import { aesCipherOf, type KeyLengthError } from './block-cipher.ts';
import { type AesKsn, aesCounter, checkAesCounter, type KsnError } from './ksn.ts';
import { SecretKey } from './secret-key.ts';

/** A kind of key that can be derived: its algorithm number, length and strength in bits. */
interface KeyTypeRow {
  readonly algorithm: number;
  readonly lengthBits: number;
  readonly strengthBits: number;
}

/** ANSI X9.24-3:2017, 6.2, table 2. */
const KEY_TYPES = {
  tdes2: { algorithm: 0, lengthBits: 128, strengthBits: 80 },
  tdes3: { algorithm: 1, lengthBits: 192, strengthBits: 112 },
  aes128: { algorithm: 2, lengthBits: 128, strengthBits: 128 },
  aes192: { algorithm: 3, lengthBits: 192, strengthBits: 192 },
  aes256: { algorithm: 4, lengthBits: 256, strengthBits: 256 },
} as const satisfies Readonly<Record<string, KeyTypeRow>>;

/** Which kind of key is derived. */
export type AesDukptKeyType = keyof typeof KEY_TYPES;

/** What a working key is for. ANSI X9.24-3:2017, 6.2, table 1. */
const USAGES = {
  'key-encryption': 0x0002,
  pin: 0x1000,
  'mac-generation': 0x2000,
  'mac-verification': 0x2001,
  'mac-both': 0x2002,
  'data-encryption': 0x3000,
  'data-decryption': 0x3001,
  'data-both': 0x3002,
} as const;

/** What a working key is for. */
export type AesDukptUsage = keyof typeof USAGES;

/** All kinds of key that can be derived. */
export const AES_DUKPT_KEY_TYPES = Object.keys(KEY_TYPES) as readonly AesDukptKeyType[];
/** All uses of a working key. */
export const AES_DUKPT_USAGES = Object.keys(USAGES) as readonly AesDukptUsage[];

/** Why a key cannot be derived. */
export type AesDukptError = KeyLengthError | KsnError | Malformed<'key-type-too-strong'>;

const DERIVATION = 0x8000;
const INITIAL = 0x8001;
const UPDATE_COUNTER = 0xffffffff;

/**
 * The initial key of a device, as long as the base derivation key (16, 24 or 32 bytes). The counter
 * of the KSN is not looked at. Source: ANSI X9.24-3:2017, 6.3.2.
 */
export function deriveAesInitialKey(
  baseDerivationKey: SecretKey,
  ksn: AesKsn,
): Result<SecretKey, AesDukptError> {
  const type = aesTypeOf(baseDerivationKey);
  if (!type) return malformed('bad-key-length', 'bdk', 0);
  return ok(new SecretKey(derive(baseDerivationKey.reveal(), type, INITIAL, ksn.subarray(0, 8))));
}

/**
 * The key that the working keys of one transaction are derived from, as long as the initial key.
 * Errors: `bad-counter` when it is zero or has more than 16 one bits.
 * Source: ANSI X9.24-3:2017, 6.3.3.
 */
export function deriveAesDerivationKey(
  initialKey: SecretKey,
  ksn: AesKsn,
): Result<SecretKey, AesDukptError> {
  const type = aesTypeOf(initialKey);
  if (!type) return malformed('bad-key-length', 'initialKey', 0);
  const counter = checkAesCounter(aesCounter(ksn));
  return counter.ok
    ? ok(new SecretKey(derivationKey(initialKey, type, ksn, counter.value)))
    : counter;
}

/**
 * A working key of one transaction. Errors besides those of the derivation key:
 * `key-type-too-strong` for a key stronger than the one it would come from.
 * Source: ANSI X9.24-3:2017, 6.3.4 and 6.3.5.
 */
export function deriveAesWorkingKey(
  initialKey: SecretKey,
  ksn: AesKsn,
  usage: AesDukptUsage,
  keyType: AesDukptKeyType,
): Result<SecretKey, AesDukptError> {
  const derivationKey = deriveAesDerivationKey(initialKey, ksn);
  if (!derivationKey.ok) return derivationKey;
  const type: KeyTypeRow = KEY_TYPES[keyType];
  if (type.strengthBits > initialKey.lengthBytes * 8) {
    return malformed('key-type-too-strong', 'keyType', 0);
  }
  const place = derivationPlace(ksn, aesCounter(ksn));
  return ok(new SecretKey(derive(derivationKey.value.reveal(), type, USAGES[usage], place)));
}

/**
 * The key that a new initial key is enciphered with when a device is given one: a key-encryption
 * key of the counter FFFFFFFF, whose 32 one bits no transaction can have. The counter of the KSN is
 * not looked at. Source: ANSI X9.24-3:2017, 6.5.4 and the test vectors of its supplement.
 */
export function deriveAesUpdateKey(
  initialKey: SecretKey,
  ksn: AesKsn,
  keyType: AesDukptKeyType,
): Result<SecretKey, AesDukptError> {
  const ownType = aesTypeOf(initialKey);
  if (!ownType) return malformed('bad-key-length', 'initialKey', 0);
  const type: KeyTypeRow = KEY_TYPES[keyType];
  if (type.strengthBits > initialKey.lengthBytes * 8) {
    return malformed('key-type-too-strong', 'keyType', 0);
  }
  const key = derivationKey(initialKey, ownType, ksn, UPDATE_COUNTER);
  const place = derivationPlace(ksn, UPDATE_COUNTER);
  return ok(new SecretKey(derive(key, type, USAGES['key-encryption'], place)));
}

/** One derivation for every one bit of the counter, the highest first. */
function derivationKey(
  initialKey: SecretKey,
  type: KeyTypeRow,
  ksn: AesKsn,
  counter: number,
): Uint8Array {
  let key = initialKey.reveal();
  let reached = 0;
  for (let bit = 2 ** 31; bit >= 1; bit /= 2) {
    if (Math.floor(counter / bit) % 2 === 0) continue;
    reached += bit;
    key = derive(key, type, DERIVATION, derivationPlace(ksn, reached));
  }
  return key;
}

/** The kind of an AES key, by its length. */
export function aesTypeOf(key: SecretKey): KeyTypeRow | undefined {
  return [KEY_TYPES.aes128, KEY_TYPES.aes192, KEY_TYPES.aes256].find(
    (type) => type.lengthBits === key.lengthBytes * 8,
  );
}

/** The last half of the initial key id, and the counter. */
function derivationPlace(ksn: AesKsn, counter: number): Uint8Array {
  const place = ksn.slice(4, 12);
  new DataView(place.buffer).setUint32(4, counter);
  return place;
}

/** Derives a key block by block. Source: ANSI X9.24-3:2017, 6.3.1. */
function derive(
  key: Uint8Array,
  type: KeyTypeRow,
  usage: number,
  place: Uint8Array,
): Uint8Array<ArrayBuffer> {
  const cipher = aesCipherOf(key);
  const blocks: Uint8Array[] = [];
  for (let counter = 1; blocks.length * 128 < type.lengthBits; counter++) {
    const head = Uint8Array.of(1, counter, usage >> 8, usage & 255, 0, type.algorithm);
    const length = Uint8Array.of(type.lengthBits >> 8, type.lengthBits & 255);
    blocks.push(cipher.encrypt(concatBytes(head, length, place)));
  }
  return concatBytes(...blocks).slice(0, type.lengthBits / 8);
}
