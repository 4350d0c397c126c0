import { concatBytes, xorBytes } from '../bytes/bytes.ts';
import { hex } from '../bytes/hex.ts';
import { type Malformed, malformed, ok, type Result } from '../bytes/result.ts';
import { type KeyLengthError, tdesCipherOf } from './block-cipher.ts';
import { padForMac, retailMac } from './mac.ts';
import { checkPin, type PinBlockError } from './pin-block.ts';
import type { SecretKey } from './secret-key.ts';

/** Whose rules an issuer's script follows. */
export type ScriptRules = 'visa' | 'mastercard' | 'common-core';

/** A script command before it is protected. */
export interface ScriptCommand {
  /** CLA INS P1 P2 Lc, 5 bytes, Lc with the MAC counted in. */
  readonly header: Uint8Array;
  /** The transaction that the script answers; absent where its session key depends on it. */
  readonly transaction?: ScriptTransaction;
  /** As it is sent: enciphered where it is. */
  readonly data: Uint8Array;
}

/** What of a transaction goes into the MAC of a script. */
export interface ScriptTransaction {
  /** 2 bytes. */
  readonly atc: Uint8Array;
  /** The application cryptogram, 8 bytes. */
  readonly cryptogram: Uint8Array;
}

/** Why a script cannot be protected. */
export type ScriptError =
  | KeyLengthError
  | PinBlockError
  | Malformed<'bad-header' | 'bad-atc' | 'bad-arqc' | 'bad-mac-length' | 'bad-data-length'>;

const NO_TRANSACTION: ScriptTransaction = {
  atc: new Uint8Array(0),
  cryptogram: new Uint8Array(0),
};

/**
 * The MAC of a script command, 4 to 8 bytes: the retail MAC over header, ATC and cryptogram (where
 * they are given) and data. `key` is the session key for MACs, 16 bytes.
 * Source: EMV 4.4 Book 2, 9.2.3; without the transaction as publicly described (pyemv).
 */
export function computeScriptMac(
  key: SecretKey,
  command: ScriptCommand,
  lengthBytes: number,
): Result<Uint8Array, ScriptError> {
  const { header, transaction, data } = command;
  const { atc, cryptogram } = transaction ?? NO_TRANSACTION;
  if (header.length !== 5) return malformed('bad-header', 'header', header.length);
  if (transaction && atc.length !== 2) return malformed('bad-atc', 'atc', atc.length);
  if (transaction && cryptogram.length !== 8) {
    return malformed('bad-arqc', 'cryptogram', cryptogram.length);
  }
  if (!Number.isInteger(lengthBytes) || lengthBytes < 4 || lengthBytes > 8) {
    return malformed('bad-mac-length', 'lengthBytes', 0);
  }
  const mac = retailMac(key, concatBytes(header, atc, cryptogram, data), 2);
  return mac.ok ? ok(mac.value.subarray(0, lengthBytes)) : mac;
}

/**
 * Enciphers the data of a script command. Visa puts the length first and uses ECB, the others CBC;
 * only the common core fills data that is whole blocks already.
 * Source: EMV 4.4 Book 2, 9.3; the schemes' rules as publicly described (pyemv).
 */
export function encipherScriptData(
  key: SecretKey,
  data: Uint8Array,
  rules: ScriptRules,
): Result<Uint8Array, ScriptError> {
  if (key.lengthBytes !== 16) return malformed('bad-key-length', 'key', 0);
  if (data.length > 255) return malformed('bad-data-length', 'data', data.length);
  const cipher = tdesCipherOf(key.reveal());
  const plain = rules === 'visa' ? concatBytes(Uint8Array.of(data.length), data) : data;
  const isWhole = plain.length > 0 && plain.length % 8 === 0;
  const padded = isWhole && rules !== 'common-core' ? plain : padForMac(plain, 2, 8);
  if (rules === 'visa') return ok(cipher.encrypt(padded));
  return ok(cipher.encryptCbc(new Uint8Array(8), padded));
}

/**
 * The clear PIN block of Visa's PIN change: length, PIN and F, mixed with the right half of the
 * card's left master key (`masterKey`, 16 bytes) and with the current PIN where it is known.
 * Source: publicly described (VIS PIN change; pyemv).
 */
export function buildVisaPinChangeBlock(
  masterKey: SecretKey,
  newPin: string,
  currentPin?: string,
): Result<Uint8Array, ScriptError> {
  if (masterKey.lengthBytes !== 16) return malformed('bad-key-length', 'key', 0);
  for (const pin of currentPin === undefined ? [newPin] : [newPin, currentPin]) {
    const checked = checkPin(pin);
    if (!checked.ok) return checked;
  }
  const field = hex(`0${newPin.length.toString(16)}${newPin}`.padEnd(16, 'F'));
  const keyPart = concatBytes(new Uint8Array(4), masterKey.reveal().subarray(4, 8));
  const mixed = xorBytes(field, keyPart);
  if (currentPin === undefined) return ok(mixed);
  return ok(xorBytes(mixed, hex(currentPin.padEnd(16, '0'))));
}
