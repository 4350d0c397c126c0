import { equalBytes, readUint } from '../../bytes/bytes.ts';
import { CVM, isCvmConditionMet } from '../cvm-rule.ts';
import { isUnattended } from '../terminal-type.ts';
import { CASHBACK, transactionKind } from '../transaction-kind.ts';
import type { ContactTransaction } from './contact-transaction.ts';
import { CAPABILITY, hasBit, type TransactionData } from './verification-results.ts';

/** One rule of a CVM list. */
export interface CvRule {
  /** With the bit that says what follows a failure; as the CVM results repeat it. */
  readonly byte1: number;
  /** Six bits. */
  readonly method: number;
  readonly condition: number;
  readonly continuesOnFailure: boolean;
}

/** A CVM list taken apart; amounts in minor units of the application currency. */
export interface CvmList {
  readonly amountX: bigint;
  readonly amountY: bigint;
  readonly rules: readonly CvRule[];
}

const RULES_AT = 8;

/** Reads tag 8E. `undefined` where it ends within the amounts or a rule. Source: Book 3, 10.5. */
export function parseCvmList(value: Uint8Array): CvmList | undefined {
  if (value.length < RULES_AT || value.length % 2 !== 0) return undefined;
  const rules: CvRule[] = [];
  for (let at = RULES_AT; at < value.length; at += 2) {
    const [byte1 = 0, condition = 0] = value.subarray(at, at + 2);
    const continuesOnFailure = (byte1 & 0x40) !== 0;
    rules.push({ byte1, method: byte1 & 0x3f, condition, continuesOnFailure });
  }
  return {
    amountX: BigInt(readUint(value.subarray(0, 4))),
    amountY: BigInt(readUint(value.subarray(4, 8))),
    rules,
  };
}

/**
 * Whether the terminal supports a method; `undefined` where it does not know it. Biometric methods
 * are not known here, as a terminal without them may have it. Source: EMV 4.4 Book 4, 6.3.4, A2.
 */
export function supports(data: TransactionData, method: number): boolean | undefined {
  const can = (name: keyof typeof CAPABILITY): boolean => hasBit(data, '9F33', CAPABILITY[name]);
  switch (method) {
    case CVM.fail:
      return true;
    case CVM.plaintextPin:
      return can('plaintextPin');
    case CVM.onlinePin:
      return can('onlinePin');
    case CVM.plaintextPinAndSignature:
      return can('plaintextPin') && can('signature');
    case CVM.encipheredPin:
      return can('encipheredPin');
    case CVM.encipheredPinAndSignature:
      return can('encipheredPin') && can('signature');
    case CVM.signature:
      return can('signature');
    case CVM.none:
      return can('noCvm');
    default:
      return undefined;
  }
}

/**
 * Whether a rule's condition holds; not where the terminal does not know it or lacks what it needs.
 * Source: EMV 4.4 Book 3, 10.5 and C3, table 44.
 */
export function conditionHolds(
  { data, input }: ContactTransaction,
  list: CvmList,
  { condition, method }: CvRule,
): boolean {
  const { amountMinor: amount, amountOtherMinor, transactionType } = input;
  const { isCash, isPurchase } = transactionKind(transactionType);
  const [currency, own] = [data.get('9F42'), data.get('5F2A')];
  return isCvmConditionMet(condition, {
    isCash,
    hasCashback: transactionType === CASHBACK || (isPurchase && amountOtherMinor > 0n),
    isUnattended: isUnattended(data.get('9F35')),
    isSupported: supports(data, method) === true,
    isInCurrency: currency !== undefined && own !== undefined && equalBytes(currency, own),
    amount,
    amountX: list.amountX,
    amountY: list.amountY,
  });
}
