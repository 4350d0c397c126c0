import { sha1 } from '@noble/hashes/legacy.js';
import { encodeBcd } from '../bytes/bcd.ts';
import { concatBytes } from '../bytes/bytes.ts';
import { encodeHex, hex } from '../bytes/hex.ts';
import { type Malformed, malformed, ok, type Result } from '../bytes/result.ts';
import { aesCipherOf, type KeyLengthError, tdesCipherOf } from './block-cipher.ts';
import type { Pan } from './pan.ts';
import { oddParity } from './parity.ts';
import { SecretKey } from './secret-key.ts';

/** Why a card's key cannot be derived. `psn` is the PAN sequence number (5F34), two digits. */
export type MasterKeyError = KeyLengthError | Malformed<'bad-psn'>;

/**
 * A card's master key from the issuer's, option A: 16 bytes, odd parity. Digits of the PAN beyond
 * the last 16 of PAN and PSN do not count. Source: EMV 4.4 Book 2, A1.4.1.
 */
export function deriveMasterKeyOptionA(
  issuerMasterKey: SecretKey,
  pan: Pan,
  psn: string,
): Result<SecretKey, MasterKeyError> {
  const fault = tdesFault(issuerMasterKey, psn);
  if (fault) return fault;
  return ok(fromDigits(issuerMasterKey, `${pan}${psn}`.slice(-16).padStart(16, '0')));
}

/**
 * Option B: as option A for a PAN of up to 16 digits; for a longer one the digits come out of a
 * hash of all of PAN and PSN. Source: EMV 4.4 Book 2, A1.4.2.
 */
export function deriveMasterKeyOptionB(
  issuerMasterKey: SecretKey,
  pan: Pan,
  psn: string,
): Result<SecretKey, MasterKeyError> {
  if (pan.length <= 16) return deriveMasterKeyOptionA(issuerMasterKey, pan, psn);
  const fault = tdesFault(issuerMasterKey, psn);
  if (fault) return fault;
  const digest = encodeHex(sha1(encodeBcd(`${pan}${psn}`)));
  return ok(fromDigits(issuerMasterKey, decimalised(digest).slice(0, 16)));
}

/**
 * Option C, for AES: as long as the issuer's key (16, 24 or 32 bytes).
 * Source: EMV 4.4 Book 2, A1.4.3.
 */
export function deriveMasterKeyOptionC(
  issuerMasterKey: SecretKey,
  pan: Pan,
  psn: string,
): Result<SecretKey, MasterKeyError> {
  if (![16, 24, 32].includes(issuerMasterKey.lengthBytes)) {
    return malformed('bad-key-length', 'imk', 0);
  }
  if (!isPsn(psn)) return malformed('bad-psn', 'psn', 0);
  const cipher = aesCipherOf(issuerMasterKey.reveal());
  const data = hex(`${pan}${psn}`.padStart(32, '0'));
  const blocks = concatBytes(cipher.encrypt(data), cipher.encrypt(inverted(data)));
  return ok(new SecretKey(blocks.subarray(0, issuerMasterKey.lengthBytes)));
}

function tdesFault(key: SecretKey, psn: string) {
  if (key.lengthBytes !== 16) return malformed('bad-key-length', 'imk', 0);
  return isPsn(psn) ? undefined : malformed('bad-psn', 'psn', 0);
}

function isPsn(psn: string): boolean {
  return /^\d\d$/.test(psn);
}

function fromDigits(issuerMasterKey: SecretKey, digits: string): SecretKey {
  const data = encodeBcd(digits);
  const key = tdesCipherOf(issuerMasterKey.reveal()).encrypt(concatBytes(data, inverted(data)));
  return new SecretKey(oddParity(key));
}

/** The decimal digits of hex first, then its letters as 0 to 5. Book 2, A1.4.2. */
function decimalised(text: string): string {
  const letters = text.replace(/\d/g, '');
  const turned = [...letters].map((letter) => 'ABCDEF'.indexOf(letter)).join('');
  return text.replace(/\D/g, '') + turned;
}

function inverted(bytes: Uint8Array): Uint8Array {
  return bytes.map((byte) => byte ^ 0xff);
}
