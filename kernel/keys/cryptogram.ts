import { concatBytes, equalBytes, xorBytes } from '../bytes/bytes.ts';
import { type Malformed, malformed, ok, type Result } from '../bytes/result.ts';
import { aesCipher, type KeyLengthError, tdesCipherOf } from './block-cipher.ts';
import { cmac, retailMac } from './mac.ts';
import type { SecretKey } from './secret-key.ts';

/** Which cipher a card's cryptograms are made with. */
export type CryptogramAlgorithm = 'tdes' | 'aes';

/** What an application cryptogram is computed over, and how. */
export interface CryptogramRequest {
  readonly algorithm: CryptogramAlgorithm;
  /** 16 bytes for TDES; 16, 24 or 32 for AES. */
  readonly sessionKey: SecretKey;
  /** The data elements that the card signs, one after the other. */
  readonly data: Uint8Array;
  /** For TDES: 1 with zeros (cryptogram version 10 and 17), 2 otherwise. */
  readonly padding: 1 | 2;
}

/** Why there is no cryptogram. */
export type CryptogramError =
  | KeyLengthError
  | Malformed<'bad-arqc' | 'bad-arc' | 'bad-csu' | 'bad-proprietary-data'>;

/**
 * An application cryptogram (ARQC, TC or AAC), 8 bytes. Source: EMV 4.4 Book 2, 8.1.2 with A1.2.1
 * (retail MAC) or A1.2.2 (CMAC).
 */
export function computeCryptogram(request: CryptogramRequest): Result<Uint8Array, KeyLengthError> {
  const { algorithm, sessionKey, data, padding } = request;
  if (algorithm === 'tdes') return retailMac(sessionKey, data, padding);
  const cipher = aesCipher(sessionKey);
  return cipher.ok ? ok(cmac(cipher.value, data).subarray(0, 8)) : cipher;
}

/** Checks a cryptogram in constant time. Error besides: `cryptogram-mismatch`. */
export function verifyCryptogram(
  request: CryptogramRequest,
  cryptogram: Uint8Array,
): Result<true, KeyLengthError | Malformed<'cryptogram-mismatch'>> {
  const expected = computeCryptogram(request);
  if (!expected.ok) return expected;
  if (equalBytes(expected.value, cryptogram)) return ok(true);
  return malformed('cryptogram-mismatch', 'cryptogram', 0);
}

/**
 * The issuer's answer by method 1: 8 bytes over the ARQC and the two characters of the response
 * code (`arc`, 2 bytes). Source: EMV 4.4 Book 2, 8.2.1.
 */
export function computeArpcMethod1(
  algorithm: CryptogramAlgorithm,
  sessionKey: SecretKey,
  arqc: Uint8Array,
  arc: Uint8Array,
): Result<Uint8Array, CryptogramError> {
  if (arqc.length !== 8) return malformed('bad-arqc', 'arqc', arqc.length);
  if (arc.length !== 2) return malformed('bad-arc', 'arc', arc.length);
  const mixed = xorBytes(arqc, arc);
  if (algorithm === 'aes') {
    const cipher = aesCipher(sessionKey);
    if (!cipher.ok) return cipher;
    return ok(cipher.value.encrypt(concatBytes(mixed, new Uint8Array(8))).subarray(0, 8));
  }
  if (sessionKey.lengthBytes !== 16) return malformed('bad-key-length', 'sk', 0);
  return ok(tdesCipherOf(sessionKey.reveal()).encrypt(mixed));
}

/**
 * The issuer's answer by method 2: 4 bytes over the ARQC, the card status update (`csu`, 4 bytes)
 * and proprietary authentication data (0 to 8 bytes). Source: EMV 4.4 Book 2, 8.2.2.
 */
export function computeArpcMethod2(
  algorithm: CryptogramAlgorithm,
  sessionKey: SecretKey,
  arqc: Uint8Array,
  csu: Uint8Array,
  proprietaryData: Uint8Array,
): Result<Uint8Array, CryptogramError> {
  if (arqc.length !== 8) return malformed('bad-arqc', 'arqc', arqc.length);
  if (csu.length !== 4) return malformed('bad-csu', 'csu', csu.length);
  if (proprietaryData.length > 8) return malformed('bad-proprietary-data', 'pad', 8);
  const data = concatBytes(arqc, csu, proprietaryData);
  const mac = computeCryptogram({ algorithm, sessionKey, data, padding: 2 });
  return mac.ok ? ok(mac.value.subarray(0, 4)) : mac;
}
