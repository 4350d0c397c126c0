import { concatBytes, xorBytes } from '../bytes/bytes.ts';
import { type Malformed, malformed, ok, type Result } from '../bytes/result.ts';
import { aesCipherOf, type KeyLengthError, tdesCipherOf } from './block-cipher.ts';
import { oddParity } from './parity.ts';
import { SecretKey } from './secret-key.ts';

/** Why a session key cannot be derived. */
export type SessionKeyError =
  | KeyLengthError
  | Malformed<'bad-atc' | 'bad-un' | 'bad-arqc' | 'bad-iv' | 'bad-tree'>;

/**
 * The session key of one transaction, common derivation: 16 bytes. `atc` is 2 bytes.
 * Source: EMV 4.4 Book 2, A1.3.1.
 */
export function deriveCommonSessionKey(
  masterKey: SecretKey,
  atc: Uint8Array,
): Result<SecretKey, SessionKeyError> {
  if (atc.length !== 2) return malformed('bad-atc', 'atc', atc.length);
  return diversified(masterKey, concatBytes(atc, new Uint8Array(6)));
}

/**
 * The session key of one transaction of M/Chip, which the unpredictable number (4 bytes) goes into
 * too. Source: publicly described as the Mastercard proprietary SKD; vectors of recorded cards.
 */
export function deriveMastercardSessionKey(
  masterKey: SecretKey,
  atc: Uint8Array,
  unpredictableNumber: Uint8Array,
): Result<SecretKey, SessionKeyError> {
  if (atc.length !== 2) return malformed('bad-atc', 'atc', atc.length);
  if (unpredictableNumber.length !== 4) return malformed('bad-un', 'un', 0);
  return diversified(masterKey, concatBytes(atc, new Uint8Array(2), unpredictableNumber));
}

/**
 * The key for issuer scripts, derived from the ARQC (8 bytes) of the transaction.
 * Source: EMV 4.4 Book 2, A1.3.1 with the application cryptogram as diversification value.
 */
export function deriveScriptSessionKey(
  masterKey: SecretKey,
  arqc: Uint8Array,
): Result<SecretKey, SessionKeyError> {
  if (arqc.length !== 8) return malformed('bad-arqc', 'arqc', arqc.length);
  return diversified(masterKey, arqc);
}

/**
 * The key for issuer scripts as Visa's cryptogram version 10 derives it: the ATC mixed into the
 * left half, its inverse into the right. Source: publicly described; pyemv.
 */
export function deriveVisaScriptKey(
  masterKey: SecretKey,
  atc: Uint8Array,
): Result<SecretKey, SessionKeyError> {
  if (masterKey.lengthBytes !== 16) return malformed('bad-key-length', 'mk', 0);
  if (atc.length !== 2) return malformed('bad-atc', 'atc', atc.length);
  const zeros = new Uint8Array(6);
  const inverse = atc.map((byte) => byte ^ 0xff);
  const mask = concatBytes(zeros, atc, zeros, inverse);
  return ok(new SecretKey(oddParity(xorBytes(masterKey.reveal(), mask))));
}

/**
 * The AES session key, as long as the master key (16, 24 or 32 bytes).
 * Source: EMV 4.4 Book 2, A1.3.1.
 */
export function deriveAesSessionKey(
  masterKey: SecretKey,
  atc: Uint8Array,
): Result<SecretKey, SessionKeyError> {
  const { lengthBytes } = masterKey;
  if (![16, 24, 32].includes(lengthBytes)) return malformed('bad-key-length', 'mk', 0);
  if (atc.length !== 2) return malformed('bad-atc', 'atc', atc.length);
  const cipher = aesCipherOf(masterKey.reveal());
  const value = concatBytes(atc, new Uint8Array(14));
  if (lengthBytes === 16) return ok(new SecretKey(cipher.encrypt(value)));
  const [left, right] = halves(value);
  const blocks = concatBytes(cipher.encrypt(left), cipher.encrypt(right));
  return ok(new SecretKey(blocks.subarray(0, lengthBytes)));
}

/** The tree of the EMV2000 derivation; `branch` ** `height` must cover 65,536 counters. */
export interface KeyTree {
  readonly height: number;
  readonly branch: number;
  /** 16 bytes. */
  readonly iv: Uint8Array;
}

/**
 * The session key as EMV2000 derives it: a walk down a tree of keys to the leaf of the ATC, mixed
 * with the leaf's grandparent. Source: EMV 4.1 Book 2, A1.3.1.
 */
export function deriveTreeSessionKey(
  masterKey: SecretKey,
  atc: Uint8Array,
  tree: KeyTree,
): Result<SecretKey, SessionKeyError> {
  if (masterKey.lengthBytes !== 16) return malformed('bad-key-length', 'mk', 0);
  if (atc.length !== 2) return malformed('bad-atc', 'atc', atc.length);
  if (tree.iv.length !== 16) return malformed('bad-iv', 'iv', tree.iv.length);
  const { height, branch } = tree;
  const isTree = height >= 1 && height <= 16 && branch >= 2 && branch <= 256;
  if (!isTree || branch ** height < 65_536) return malformed('bad-tree', 'height', 0);
  const [high = 0, low = 0] = atc;
  let grandparent = tree.iv;
  let parent: Uint8Array = masterKey.reveal();
  let beforeGrandparent = tree.iv;
  for (let level = 1; level <= height; level++) {
    const node = Math.floor((high * 256 + low) / branch ** (height - level));
    const key = childKey(parent, grandparent, node % branch);
    [beforeGrandparent, grandparent, parent] = [grandparent, parent, key];
  }
  return ok(new SecretKey(oddParity(xorBytes(parent, beforeGrandparent))));
}

/** Two blocks of the diversification value, their third byte F0 and 0F. Book 2, A1.3.1. */
function diversified(masterKey: SecretKey, value: Uint8Array): Result<SecretKey, SessionKeyError> {
  if (masterKey.lengthBytes !== 16) return malformed('bad-key-length', 'mk', 0);
  const cipher = tdesCipherOf(masterKey.reveal());
  return ok(new SecretKey(oddParity(cipher.encrypt(concatBytes(...halves(value))))));
}

function halves(value: Uint8Array): readonly [Uint8Array, Uint8Array] {
  const [left, right] = [value.slice(), value.slice()];
  left[2] = 0xf0;
  right[2] = 0x0f;
  return [left, right];
}

function childKey(parent: Uint8Array, grandparent: Uint8Array, branch: number): Uint8Array {
  const mixed = grandparent.slice();
  mixed[7] = (mixed[7] ?? 0) ^ branch;
  mixed[15] = (mixed[15] ?? 0) ^ branch ^ 0xf0;
  return tdesCipherOf(parent).encrypt(mixed);
}
