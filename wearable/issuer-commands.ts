import { concatBytes, equalBytes } from '#kernel/bytes/bytes.ts';
import { encodeHex } from '#kernel/bytes/hex.ts';
import { type Command, STATUS, type StatusWord } from './apdu.ts';
import { decryptChained } from './crypto/block-cipher.ts';
import { computeMac } from './crypto/mac.ts';
import {
  computeArpcMethod1,
  computeArpcMethod2,
  deriveSessionKey,
  type MasterKey,
} from './cryptogram.ts';
import { pinOfBlock } from './pin-block.ts';
import type { ApplicationState, StateStore } from './state.ts';

/** The transaction that an issuer answers: its counter and its cryptogram. */
export interface AnsweredTransaction {
  /** 2 bytes. */
  readonly atc: Uint8Array;
  /** 8 bytes. */
  readonly cryptogram: Uint8Array;
}

/** The keys and rules by which an application trusts its issuer. */
export interface IssuerRules {
  readonly masterKey: MasterKey;
  /** Whether cryptograms are made under the master key itself (versions 10 and 17). */
  readonly isDirect: boolean;
  readonly arpcMethod: 1 | 2;
  /** 16 bytes each; absent: no script is taken, or no PIN changed. */
  readonly scriptMacKey?: Uint8Array | undefined;
  readonly scriptCipherKey?: Uint8Array | undefined;
  readonly pinTries: number;
  /** The objects that PUT DATA may change, and how long each is. */
  readonly changeable: Readonly<Record<string, number>>;
}

const MAC_BYTES = 8;
const BLOCK = 0x1e;
const UNBLOCK = 0x18;
const CHANGE_PIN = 0x24;
const PUT_DATA = 0xda;

/**
 * Checks issuer authentication data (tag 91): by method 1 the ARPC and the response code, by
 * method 2 the ARPC, the card status update and the issuer's own. EMV 4.4 Book 2, 8.2.
 */
export function isIssuer(
  rules: IssuerRules,
  { atc, cryptogram }: AnsweredTransaction,
  data: Uint8Array,
): boolean {
  const { masterKey, isDirect, arpcMethod } = rules;
  const { algorithm } = masterKey;
  const key = isDirect ? masterKey.bytes : deriveSessionKey(masterKey, atc);
  if (arpcMethod === 1) {
    if (data.length !== 10) return false;
    const expected = computeArpcMethod1(algorithm, key, cryptogram, data.subarray(8));
    return equalBytes(expected, data.subarray(0, 8));
  }
  const [update, own] = [data.subarray(4, 8), data.subarray(8)];
  const expected = computeArpcMethod2(algorithm, key, cryptogram, update, own);
  return data.length >= 8 && equalBytes(expected, data.subarray(0, 4));
}

/**
 * Carries out one command of an issuer's script. Its last 8 bytes are a MAC over the header with
 * Lc, the ATC, the cryptogram and the rest of the data, under the session key of the cryptogram:
 * EMV 4.4 Book 2, 9.2.3 leaves what is chained in to the payment system.
 */
export function runScriptCommand(
  rules: IssuerRules,
  transaction: AnsweredTransaction,
  store: StateStore,
  command: Command,
): StatusWord {
  const change = authentic(rules, transaction, command)
    ? changeOf(rules, transaction, command)
    : STATUS.wrongSecureMessaging;
  const state = store.read();
  if (!state.ok) return STATUS.memoryFailure;
  const { scriptsDone, data } = state.value;
  const next =
    typeof change === 'string'
      ? { scriptFailed: true }
      : {
          ...change,
          data: { ...data, ...change.data },
          scriptsDone: Math.min(scriptsDone + 1, 15),
        };
  if (!store.update(next).ok) return STATUS.memoryFailure;
  return typeof change === 'string' ? change : STATUS.done;
}

/** Whether a command is one of an issuer's script, by its class and instruction. */
export function isScriptCommand({ cla, ins }: Command): boolean {
  if (cla === 0x84) return ins === BLOCK || ins === UNBLOCK || ins === CHANGE_PIN;
  return cla === 0x04 && ins === PUT_DATA;
}

function authentic(
  { scriptMacKey }: IssuerRules,
  { atc, cryptogram }: AnsweredTransaction,
  { cla, ins, p1, p2, data }: Command,
): boolean {
  if (!scriptMacKey || data.length < MAC_BYTES) return false;
  const key = deriveSessionKey({ algorithm: 'tdes', bytes: scriptMacKey }, cryptogram);
  const header = Uint8Array.of(cla, ins, p1, p2, data.length);
  const message = concatBytes(header, atc, cryptogram, data.subarray(0, -MAC_BYTES));
  return equalBytes(computeMac('tdes', key, message), data.subarray(-MAC_BYTES));
}

/** What a command changes, or why it cannot. EMV 4.4 Book 3, 6.5.1, 6.5.2, 6.5.10. */
function changeOf(
  rules: IssuerRules,
  transaction: AnsweredTransaction,
  { ins, p1, p2, data }: Command,
): Partial<ApplicationState> | StatusWord {
  const plain = data.subarray(0, -MAC_BYTES);
  if (ins === PUT_DATA) return putData(rules, p1, p2, plain);
  if (ins === CHANGE_PIN) return changePin(rules, transaction, p1, p2, plain);
  if (p1 !== 0 || p2 !== 0) return STATUS.wrongParameters;
  if (plain.length > 0) return STATUS.wrongLength;
  return { applicationBlocked: ins === BLOCK };
}

function putData({ changeable }: IssuerRules, p1: number, p2: number, value: Uint8Array) {
  const tag = encodeHex(p1 === 0 ? Uint8Array.of(p2) : Uint8Array.of(p1, p2));
  const lengthBytes = changeable[tag];
  if (lengthBytes === undefined) return STATUS.dataNotFound;
  if (value.length !== lengthBytes) return STATUS.wrongLength;
  return { data: { [tag]: encodeHex(value) } };
}

/** P2 00: as many tries as at first; 02: another PIN as well. EMV 4.4 Book 3, 6.5.10. */
function changePin(
  { scriptCipherKey, pinTries }: IssuerRules,
  { cryptogram }: AnsweredTransaction,
  p1: number,
  p2: number,
  enciphered: Uint8Array,
): Partial<ApplicationState> | StatusWord {
  if (p1 !== 0 || (p2 !== 0x00 && p2 !== 0x02)) return STATUS.wrongParameters;
  if (p2 === 0x00) {
    return enciphered.length === 0 ? { pinTriesLeft: pinTries } : STATUS.wrongLength;
  }
  if (!scriptCipherKey) return STATUS.conditionsNotSatisfied;
  if (enciphered.length !== 16) return STATUS.wrongLength;
  const key = deriveSessionKey({ algorithm: 'tdes', bytes: scriptCipherKey }, cryptogram);
  const pin = pinOfBlock(decryptChained('tdes', key, enciphered).subarray(0, 8));
  return pin === undefined ? STATUS.wrongData : { pin, pinTriesLeft: pinTries };
}
