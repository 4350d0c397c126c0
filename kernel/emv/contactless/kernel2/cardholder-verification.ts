import { equalBytes, readUint } from '../../../bytes/bytes.ts';
import { encodeHex } from '../../../bytes/hex.ts';
import { CVM, isCvmConditionMet } from '../../cvm-rule.ts';
import { isUnattended } from '../../terminal-type.ts';
import { CASHBACK, transactionKind } from '../../transaction-kind.ts';
import type { OutcomeCvm } from '../outcome.ts';
import { AIP, K2, TVR } from './tags.ts';
import type { TlvDatabase } from './tlv-database.ts';
import { isVerifiedOnDevice, type Kernel2Transaction } from './transaction.ts';

/** The codes that the book knows, those for a PIN that the card checks among them. */
const RECOGNISED: ReadonlySet<number> = new Set([0x00, 0x01, 0x02, 0x03, 0x04, 0x05, 0x1e, 0x1f]);

const RESULT = { unknown: 0, failed: 1, successful: 2 } as const;

/**
 * Chooses how the cardholder is verified: on the device where both sides have that, otherwise the
 * first rule of the CVM list (8E) that fits the transaction and the terminal's capabilities (9F33).
 * Sets the CVM results (9F34), the TVR and the outcome's CVM. Source: Book C-2, 7.5 (CVM.1 to
 * CVM.25), as publicly described; EMV 4.4 Book 3, 10.5.
 */
export function chooseVerification(t: Kernel2Transaction): void {
  const { data } = t;
  if (isVerifiedOnDevice(t)) {
    const isRequired = data.amount('9F02') > data.amount(K2.cvmRequiredLimit);
    if (isRequired) conclude(t, 'cdcvm', [CVM.plaintextPin, 0x00, RESULT.successful]);
    else conclude(t, 'none', [CVM.notPerformed, 0x00, RESULT.successful]);
    return;
  }
  if (!data.has('82', AIP.cardholderVerification)) {
    conclude(t, 'none', [CVM.notPerformed, 0x00, RESULT.unknown]);
    return;
  }
  const list = data.get('8E');
  if (list.length === 0) {
    conclude(t, 'none', [CVM.notPerformed, 0x00, RESULT.unknown]);
    data.raise('95', TVR.iccDataMissing);
    return;
  }
  applyList(t, list);
}

/** The rules in their order, two bytes each; one without its condition is none. */
function applyList(t: Kernel2Transaction, list: Uint8Array): void {
  const { data } = t;
  for (let at = 8; at + 1 < list.length; at += 2) {
    const [rule = 0, condition = 0] = list.subarray(at, at + 2);
    const code = rule & 0x3f;
    if (!isConditionMet(data, list, condition, code)) continue;
    if (!RECOGNISED.has(code)) {
      data.raise('95', TVR.unrecognisedCvm);
    } else if (isSupported(data, code)) {
      perform(t, code, condition);
      return;
    }
    const goesOn = (rule & 0x40) !== 0 && at + 3 < list.length;
    if (!goesOn) {
      fail(t, code === CVM.fail ? [CVM.fail, condition, RESULT.failed] : NOT_PERFORMED);
      return;
    }
  }
  fail(t, NOT_PERFORMED);
}

const NOT_PERFORMED: CvmResults = [CVM.notPerformed, 0x00, RESULT.failed];

type CvmResults = readonly [performed: number, condition: number, result: number];

function perform(t: Kernel2Transaction, code: number, condition: number): void {
  switch (code) {
    case CVM.onlinePin:
      conclude(t, 'online-pin', [code, condition, RESULT.unknown]);
      t.data.raise('95', TVR.onlinePinEntered);
      return;
    case CVM.signature:
      conclude(t, 'signature', [code, condition, RESULT.unknown]);
      t.receipt = true;
      return;
    default:
      conclude(t, 'none', [code, condition, RESULT.successful]);
  }
}

/** Source: Book C-2, CVM.14 and CVM.22 to CVM.25. */
function fail(t: Kernel2Transaction, results: CvmResults): void {
  conclude(t, 'none', results);
  t.data.raise('95', TVR.verificationFailed);
}

function conclude(t: Kernel2Transaction, cvm: OutcomeCvm, results: CvmResults): void {
  t.cvm = cvm;
  t.data.set('9F34', Uint8Array.of(...results));
}

/** A PIN that the card checks is never supported: there is no contactless command for it. */
function isSupported(data: TlvDatabase, code: number): boolean {
  switch (code) {
    case CVM.onlinePin:
      return data.has('9F33', { byte: 2, mask: 0x40 });
    case CVM.signature:
      return data.has('9F33', { byte: 2, mask: 0x20 });
    case CVM.none:
      return data.has('9F33', { byte: 2, mask: 0x08 });
    default:
      return false;
  }
}

/** Source: EMV 4.4 Book 3, C3 (CVM condition codes) and 10.5. */
function isConditionMet(
  data: TlvDatabase,
  list: Uint8Array,
  condition: number,
  code: number,
): boolean {
  const type = encodeHex(data.get('9C'));
  return isCvmConditionMet(condition, {
    isCash: transactionKind(type).isCash,
    hasCashback: type === CASHBACK,
    isUnattended: isUnattended(data.get('9F35')),
    isSupported: code === CVM.fail || isSupported(data, code),
    isInCurrency: equalBytes(data.get('9F42'), data.get('5F2A')),
    amount: data.amount('9F02'),
    amountX: BigInt(readUint(list.subarray(0, 4))),
    amountY: BigInt(readUint(list.subarray(4, 8))),
  });
}
