import { decodeBcd, encodeBcdAmount } from '#kernel/bytes/bcd.ts';
import { equalBytes } from '#kernel/bytes/bytes.ts';
import { fail, ok, type Result } from '#kernel/bytes/result.ts';
import type { Message } from '#kernel/iso8583/message.ts';
import { decodeAdditionalData } from '#kernel/transaction/additional-data.ts';
import type { MessageKind } from '#kernel/transaction/message-kinds.ts';
import type { ReceivedPin } from './account-rules.ts';
import { decodeIccData, type IccData } from './icc-data.ts';
import { type PaymentContext, readPaymentContext } from './payment-context.ts';
import type { EnrolledTerminal } from './terminal-registry.ts';

/** What a request with a card asks, once it agrees with itself and with its terminal. */
export interface AuthorisationRequest {
  readonly kind: CardKind;
  readonly pan: string;
  readonly panSequenceNumber: string;
  /** YYMM */
  readonly expiry: string;
  readonly amountMinor: bigint;
  readonly currency: string;
  readonly localHour: number;
  readonly icc: IccData;
  readonly context: PaymentContext;
  readonly pin?: ReceivedPin;
  /** Less than the amount may be approved. */
  readonly takesPartialApproval: boolean;
}

/** The kinds of message that come with a card. */
export type CardKind = Extract<MessageKind, 'purchase' | 'preauthorisation' | 'advice' | 'balance'>;

/** Why a request is answered without being looked at further: DE 39. ISO 8583:1987, annex A. */
export type RequestFault =
  /** The terminal is not this merchant's. */
  | '03'
  /** What the card signed is not what is asked for. */
  | '12'
  /** No amount, or one that was not signed by the card. */
  | '13'
  /** Not a card number. */
  | '14'
  /** An element is missing, or two contradict each other. */
  | '30';

/** Reads a request whose MAC, terminal and kind are already known to be right. */
export function readAuthorisationRequest(
  { fields }: Message,
  terminal: EnrolledTerminal,
  kind: CardKind,
): Result<AuthorisationRequest, RequestFault> {
  const { 2: pan, 3: code, 4: amount, 12: time, 14: expiry, 49: currency, 55: iccBytes } = fields;
  const texts = [pan, code, amount, time, expiry, currency];
  if (texts.some((text) => typeof text !== 'string') || typeof iccBytes !== 'object') {
    return fail('30');
  }
  if (fields[42] !== terminal.merchantId) return fail('03');
  if (typeof pan !== 'string' || !isPan(pan)) return fail('14');
  if (!isTrack2Of(fields[35], pan, String(expiry))) return fail('30');
  const icc = decodeIccData(iccBytes);
  if (!icc.ok) return fail('30');
  const amountMinor = BigInt(String(amount));
  if (
    (amountMinor === 0n) !== (kind === 'balance') ||
    !equalBytes(icc.value.amount, encodeBcdAmount(amountMinor, 6))
  ) {
    return fail('13');
  }
  if (icc.value.transactionType !== String(code).slice(0, 2)) return fail('12');
  if (!isIn(icc.value, String(currency))) return fail('30');
  return ok({
    kind,
    pan,
    panSequenceNumber: String(fields[23] ?? '000').slice(-2),
    expiry: String(expiry),
    amountMinor,
    currency: String(currency),
    localHour: Number(String(time).slice(0, 2)),
    icc: icc.value,
    context: readPaymentContext(fields[60]),
    ...receivedPin(fields),
    takesPartialApproval: decodeAdditionalData(fields[48]).takesPartialApproval === true,
  });
}

function receivedPin({ 52: block, 53: ksn }: Message['fields']): { readonly pin?: ReceivedPin } {
  if (typeof block !== 'object') return {};
  return { pin: { block, ...(typeof ksn === 'object' && { keySerialNumber: ksn }) } };
}

/** Whether digits are a card's number by their check digit. ISO/IEC 7812-1, annex B (Luhn). */
export function isPan(digits: string): boolean {
  if (digits.length < 12 || digits.length > 19) return false;
  let sum = 0;
  for (const [i, digit] of [...digits].reverse().entries()) {
    const weighted = Number(digit) * (i % 2 === 0 ? 1 : 2);
    sum += weighted > 9 ? weighted - 9 : weighted;
  }
  return sum % 10 === 0;
}

function isTrack2Of(track2: string | Uint8Array | undefined, pan: string, expiry: string): boolean {
  if (track2 === undefined) return true;
  return typeof track2 === 'string' && track2.replace('=', 'D').startsWith(`${pan}D${expiry}`);
}

/** What the card signed is in the currency that is asked for. */
function isIn(icc: IccData, currency: string): boolean {
  const signed = decodeBcd(icc.currency);
  return signed.ok && signed.value === `0${currency}`;
}
