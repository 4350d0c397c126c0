import type { EndReason } from './payment.ts';

/** Whether DE 39 says that the whole amount was approved. ISO 8583:1987, annex A. */
export function isApproval(responseCode: string): boolean {
  return responseCode === '00';
}

/**
 * Whether an answer declines only until the cardholder is verified, so that the payment may be
 * tried again: `1A` as Visa has it; `65`, an exceeded limit in ISO 8583:1987, as Mastercard has
 * it, where the host says that a method is required.
 */
export function isSoftDecline(responseCode: string, requiredMethod?: string): boolean {
  if (responseCode === '1A') return true;
  return responseCode === '65' && ['cdcvm', 'pin', 'fido2'].includes(requiredMethod ?? '');
}

/**
 * How a declined payment may be tried again, since nothing was charged and only the cardholder is
 * missing: by what a soft decline requires, or by the right PIN (55) after a wrong one.
 */
export function retryMethod(
  responseCode: string,
  requiredMethod?: string,
): 'cdcvm' | 'pin' | undefined {
  if (responseCode === WRONG_PIN) return 'pin';
  if (!isSoftDecline(responseCode, requiredMethod)) return undefined;
  const method = requiredMethod ?? 'cdcvm';
  return method === 'cdcvm' || method === 'pin' ? method : undefined;
}

/** ISO 8583:1987, annex A. */
const WRONG_PIN = '55';

/** The host: this terminal has not signed on. ISO 8583:1987, annex A: not permitted to it. */
export const NOT_SIGNED_ON = '58';

/**
 * Whether the host said only that it cannot do it now, so that the same message is sent again:
 * not signed on, answer late, issuer away, system malfunction. ISO 8583:1987, annex A.
 */
export function isToBeRepeated(responseCode: string): boolean {
  return [NOT_SIGNED_ON, '68', '91', '96'].includes(responseCode);
}

/** What a person can be told of a DE 39 that is not an approval. ISO 8583:1987, annex A. */
export function declineReason(responseCode: string): EndReason {
  return DECLINES[responseCode] ?? 'issuer-declined';
}

const DECLINES: Readonly<Record<string, EndReason>> = {
  '33': 'expired',
  '34': 'suspected-fraud',
  '41': 'lost-or-stolen',
  '43': 'lost-or-stolen',
  '51': 'insufficient-funds',
  '54': 'expired',
  [WRONG_PIN]: 'pin-wrong',
  '59': 'suspected-fraud',
  '61': 'over-limit',
  '1A': 'verification-required',
  '75': 'pin-blocked',
  '86': 'verification-required',
  '65': 'over-limit',
  '30': 'host-error',
  '58': 'host-error',
  '68': 'host-error',
  '91': 'host-error',
  '92': 'host-error',
  '94': 'host-error',
  '96': 'host-error',
};
