import { fail, ok } from '../../bytes/result.ts';
import type { KernelStep } from '../../transaction/commands.ts';
import { askOnlinePin } from '../../transaction/steps.ts';
import { CVM } from '../cvm-rule.ts';
import { tell } from '../decision.ts';
import { TVR } from '../terminal-verification-results.ts';
import type { ContactStep, ContactTransaction } from './contact-transaction.ts';
import type { ContactVerification } from './contact-verification.ts';
import { type CvRule, conditionHolds, parseCvmList, supports } from './cvm-list.ts';
import { verifyOfflinePin } from './offline-pin.ts';
import { AIP, CAPABILITY, hasBit, setTsi, setTvr, TSI } from './verification-results.ts';

const [UNKNOWN, FAILED, SUCCESSFUL] = [0x00, 0x01, 0x02] as const;

/**
 * Verifies the cardholder by the first rule of the card's CVM list that applies and succeeds, and
 * says in the CVM results (9F34), the TVR and the TSI what became of it. Ends the session where the
 * list is malformed or the card refuses a PIN for no known reason. Source: EMV 4.4 Book 3, 10.5;
 * Book 4, 6.3.4 and table 2.
 */
export function* verifyCardholder(transaction: ContactTransaction): ContactStep<undefined> {
  const { data } = transaction;
  if (!hasBit(data, '82', AIP.cardholderVerification)) {
    const result = 'the card has none';
    tell(transaction.input.trace, { step: 'cardholder-verification', result }, data, ['82']);
    return ok(undefined);
  }
  const value = data.get('8E');
  const list = value && parseCvmList(value);
  if (value && !list) return fail('malformed-card-data');
  if (!list || list.rules.length === 0) {
    setTvr(data, TVR.iccDataMissing);
    const result = 'no rules';
    tell(transaction.input.trace, { step: 'cardholder-verification', result }, data);
    return ok(undefined);
  }
  let last: readonly [CvRule, number] | undefined;
  for (const rule of list.rules) {
    if (!conditionHolds(transaction, list, rule)) {
      tellRule(transaction, rule, 'condition does not hold');
      continue;
    }
    const performed = yield* apply(transaction, rule);
    if (!performed.ok) return performed;
    tellRule(transaction, rule, performed.value);
    if (performed.value !== 'not-performed') last = [rule, performed.value];
    const isOver = rule.method === CVM.fail || !rule.continuesOnFailure;
    if (performed.value === UNKNOWN || performed.value === SUCCESSFUL || isOver) break;
  }
  conclude(transaction, last);
  return ok(undefined);
}

const RESULT_NAMES = ['applied, result unknown', 'failed', 'successful'] as const;

function tellRule(
  { input, data }: ContactTransaction,
  { byte1, condition }: CvRule,
  result: number | string,
): void {
  const cvRule = Uint8Array.of(byte1, condition);
  const name = typeof result === 'number' ? RESULT_NAMES[result] : result;
  tell(input.trace, { step: 'verification-rule', result: name ?? 'unknown', cvRule }, data);
}

function conclude(
  { data, input }: ContactTransaction,
  last: readonly [CvRule, number] | undefined,
): void {
  const [rule, result] = last ?? [undefined, FAILED];
  const { byte1, condition } = rule ?? { byte1: 0x3f, condition: 0x00 };
  data.set('9F34', Uint8Array.of(byte1, condition, result));
  if (result === FAILED) setTvr(data, TVR.verificationFailed);
  setTsi(data, TSI.verificationPerformed);
  const verified = verificationOf(data.get('9F34') ?? new Uint8Array(0));
  tell(input.trace, { step: 'cardholder-verification', result: verified }, data, ['8E', '9F34']);
}

/** One rule whose condition holds: steps 1 and 2 of Book 3, 10.5. */
function* apply(
  transaction: ContactTransaction,
  { method }: CvRule,
): ContactStep<number | 'not-performed'> {
  const { data } = transaction;
  const isSupported = supports(data, method);
  if (isSupported === undefined) setTvr(data, TVR.unrecognisedCvm);
  else if (!isSupported) noteMissingPinPad(transaction, method);
  if (!isSupported) return ok('not-performed');
  switch (method) {
    case CVM.plaintextPin:
    case CVM.plaintextPinAndSignature:
    case CVM.encipheredPin:
    case CVM.encipheredPinAndSignature: {
      const enciphered = method === CVM.encipheredPin || method === CVM.encipheredPinAndSignature;
      const verified = yield* verifyOfflinePin(transaction, enciphered);
      if (!verified.ok) return verified;
      if (!verified.value) return ok(FAILED);
      const signs =
        method === CVM.plaintextPinAndSignature || method === CVM.encipheredPinAndSignature;
      return ok(signs ? UNKNOWN : SUCCESSFUL);
    }
    case CVM.onlinePin:
      return ok((yield* enterOnlinePin(transaction)) ? UNKNOWN : FAILED);
    case CVM.signature:
      return ok(UNKNOWN);
    case CVM.none:
      return ok(SUCCESSFUL);
    default:
      return ok(FAILED);
  }
}

/** Source: Book 3, 10.5 step 1: online PIN, or any offline PIN where neither kind is supported. */
function noteMissingPinPad({ data }: ContactTransaction, method: number): void {
  const isOffline = method >= CVM.plaintextPin && method <= CVM.encipheredPinAndSignature;
  const hasOffline =
    hasBit(data, '9F33', CAPABILITY.plaintextPin) || hasBit(data, '9F33', CAPABILITY.encipheredPin);
  if (method === CVM.onlinePin || (isOffline && !hasOffline)) setTvr(data, TVR.pinPadMissing);
}

/** Source: Book 3, 10.5.2. A PIN that was bypassed once is not asked for again: Book 4, 6.3.4.3. */
function* enterOnlinePin(transaction: ContactTransaction): KernelStep<boolean> {
  const { data } = transaction;
  if (hasBit(data, '95', TVR.pinNotEntered)) return false;
  const entered = yield* askOnlinePin();
  if (entered === 'unavailable') setTvr(data, TVR.pinPadMissing);
  else if (entered === 'bypassed') setTvr(data, TVR.pinNotEntered);
  else {
    transaction.onlinePinBlock = entered.pinBlock;
    setTvr(data, TVR.onlinePinEntered);
    return true;
  }
  return false;
}

/** How the cardholder was verified, by the CVM results. */
export function verificationOf([code = 0x3f, , result = 0]: Uint8Array): ContactVerification {
  if (result === FAILED) return 'failed';
  switch (code & 0x3f) {
    case CVM.plaintextPin:
    case CVM.encipheredPin:
      return 'offline-pin';
    case CVM.plaintextPinAndSignature:
    case CVM.encipheredPinAndSignature:
      return 'offline-pin-and-signature';
    case CVM.onlinePin:
      return 'online-pin';
    case CVM.signature:
      return 'signature';
    default:
      return 'none';
  }
}
