import { xorBytes } from '../bytes/bytes.ts';
import { encodeHex, hex } from '../bytes/hex.ts';
import { type Malformed, malformed, ok, type Result } from '../bytes/result.ts';
import { type KeyLengthError, tdesCipherOf } from './block-cipher.ts';
import type { Pan } from './pan.ts';
import { checkPin, type PinBlockError } from './pin-block.ts';
import type { SecretKey } from './secret-key.ts';

/** Why a value cannot be computed. */
export type CardVerificationError =
  | KeyLengthError
  | PinBlockError
  | Malformed<'bad-expiry' | 'bad-service-code' | 'bad-atc' | 'bad-key-index'>
  | Malformed<'bad-validation-data' | 'bad-table' | 'bad-offset'>;

/** What a card verification value is computed over. */
export interface CardVerificationInput {
  readonly pan: Pan;
  /** Four digits in the order the card has them: YYMM on the stripe, MMYY for some CVV2. */
  readonly expiry: string;
  /** Three digits: of the stripe for CVV, `000` for CVV2, `999` for iCVV. */
  readonly serviceCode: string;
}

/**
 * The card verification value (CVV, CVC, CVV2, iCVV), three digits. `key` is CVKA and CVKB, 16
 * bytes. Source: publicly described; ISO/IEC 7813 for the data.
 */
export function computeCvv(
  key: SecretKey,
  input: CardVerificationInput,
): Result<string, CardVerificationError> {
  const { pan, expiry, serviceCode } = input;
  if (key.lengthBytes !== 16) return malformed('bad-key-length', 'key', 0);
  if (!/^\d{4}$/.test(expiry)) return malformed('bad-expiry', 'expiry', 0);
  if (!/^\d{3}$/.test(serviceCode)) return malformed('bad-service-code', 'serviceCode', 0);
  const data = hex(`${pan}${expiry}${serviceCode}`.padEnd(32, '0'));
  const left = tdesCipherOf(key.reveal().subarray(0, 8));
  const mixed = xorBytes(left.encrypt(data.subarray(0, 8)), data.subarray(8));
  return ok(decimalDigits(tdesCipherOf(key.reveal()).encrypt(mixed), 3));
}

/**
 * The dynamic value of a contactless stripe (dCVV): the ATC in decimal takes the place of the PAN's
 * first four digits. Source: publicly described (Visa contactless magnetic stripe data).
 */
export function computeDcvv(
  key: SecretKey,
  input: CardVerificationInput & { readonly atc: number },
): Result<string, CardVerificationError> {
  const { atc, pan } = input;
  if (!Number.isInteger(atc) || atc < 0 || atc > 9999) return malformed('bad-atc', 'atc', 0);
  if (pan.length < 5) return malformed('bad-pan-length', 'pan', pan.length);
  const counted = `${String(atc).padStart(4, '0')}${pan.slice(4)}` as Pan;
  return computeCvv(key, { ...input, pan: counted });
}

/**
 * The PIN verification value (PVV), four digits, of the PIN's first four digits. `keyIndex` is 0 to
 * 6, `key` the pair of PIN verification keys, 16 bytes. Source: publicly described (Visa PVV).
 */
export function computePvv(
  key: SecretKey,
  pan: Pan,
  pin: string,
  keyIndex: number,
): Result<string, CardVerificationError> {
  if (key.lengthBytes !== 16) return malformed('bad-key-length', 'key', 0);
  if (pan.length < 12) return malformed('bad-pan-length', 'pan', pan.length);
  const checked = checkPin(pin);
  if (!checked.ok) return checked;
  if (!Number.isInteger(keyIndex) || keyIndex < 0 || keyIndex > 6) {
    return malformed('bad-key-index', 'keyIndex', 0);
  }
  const data = hex(`${pan.slice(-12, -1)}${keyIndex}${pin.slice(0, 4)}`);
  return ok(decimalDigits(tdesCipherOf(key.reveal()).encrypt(data), 4));
}

/** What the IBM 3624 method takes besides the key. */
export interface Ibm3624Input {
  /** 16 hex digits, commonly the PAN's last. */
  readonly validationData: string;
  /** 16 decimal digits: what each hex digit becomes. */
  readonly decimalisationTable: string;
}

/**
 * The natural PIN of the IBM 3624 method, `length` digits (4 to 12). Source: publicly described
 * (IBM 3624 PIN generation).
 */
export function computeNaturalPin(
  key: SecretKey,
  input: Ibm3624Input,
  length: number,
): Result<string, CardVerificationError> {
  const { validationData, decimalisationTable } = input;
  if (![8, 16, 24].includes(key.lengthBytes)) return malformed('bad-key-length', 'key', 0);
  if (!/^[0-9A-Fa-f]{16}$/.test(validationData)) {
    return malformed('bad-validation-data', 'validationData', 0);
  }
  if (!/^\d{16}$/.test(decimalisationTable)) {
    return malformed('bad-table', 'decimalisationTable', 0);
  }
  if (!Number.isInteger(length) || length < 4 || length > 12) {
    return malformed('bad-pin-length', 'length', 0);
  }
  const digits = encodeHex(tdesCipherOf(key.reveal()).encrypt(hex(validationData)));
  const natural = [...digits].map((digit) => decimalisationTable[Number.parseInt(digit, 16)]);
  return ok(natural.join('').slice(0, length));
}

/** The offset that makes the natural PIN the customer's: digit by digit, modulo 10. */
export function computePinOffset(
  key: SecretKey,
  input: Ibm3624Input,
  pin: string,
): Result<string, CardVerificationError> {
  const checked = checkPin(pin);
  if (!checked.ok) return checked;
  const natural = computeNaturalPin(key, input, pin.length);
  return natural.ok ? ok(digitwise(pin, natural.value, (a, b) => a - b)) : natural;
}

/** The PIN that an offset stands for. Error besides: `bad-offset`. */
export function applyPinOffset(
  key: SecretKey,
  input: Ibm3624Input,
  offset: string,
): Result<string, CardVerificationError> {
  if (!/^\d{4,12}$/.test(offset)) return malformed('bad-offset', 'offset', 0);
  const natural = computeNaturalPin(key, input, offset.length);
  return natural.ok ? ok(digitwise(natural.value, offset, (a, b) => a + b)) : natural;
}

function digitwise(one: string, other: string, join: (a: number, b: number) => number): string {
  return [...one].map((digit, i) => (join(Number(digit), Number(other[i])) + 10) % 10).join('');
}

/** The decimal digits of a block first, then its letters less ten. */
function decimalDigits(block: Uint8Array, count: number): string {
  const text = encodeHex(block);
  const turned = [...text.replace(/\d/g, '')].map((letter) => 'ABCDEF'.indexOf(letter));
  return (text.replace(/\D/g, '') + turned.join('')).slice(0, count);
}
