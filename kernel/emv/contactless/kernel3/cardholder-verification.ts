import { equalBytes } from '../../../bytes/bytes.ts';
import { isSet } from '../../data-bit.ts';
import type { OutcomeCvm } from '../outcome.ts';
import { CTQ, TTQ } from './qualifiers.ts';
import type { Cryptogram, Kernel3Transaction } from './transaction.ts';

/**
 * How the cardholder is verified, from the TTQ (9F66) and what the card says in its CTQ (9F6C).
 * Source: EMV Contactless Book C-3, 5.7, as publicly described.
 */
export function chooseVerification(
  { terminal, card }: Kernel3Transaction,
  cryptogram: Cryptogram,
): OutcomeCvm | 'not-possible' {
  const ttq = terminal.get('9F66');
  const required = isSet(ttq, TTQ.cvmRequired);
  const ctq = card.get('9F6C');
  if (!ctq) {
    if (!required) return 'none';
    if (isSet(ttq, TTQ.signature)) return 'signature';
    return isSet(ttq, TTQ.onlinePin) ? 'online-pin' : 'not-possible';
  }
  if (isSet(ctq, CTQ.onlinePinRequired) && isSet(ttq, TTQ.onlinePin)) return 'online-pin';
  if (isSet(ctq, CTQ.cdcvmPerformed)) {
    const holds = deviceVerificationHolds(card.get('9F69'), ctq, cryptogram);
    return holds ? 'cdcvm' : 'not-possible';
  }
  if (isSet(ctq, CTQ.signatureRequired) && isSet(ttq, TTQ.signature)) return 'signature';
  return required ? 'not-possible' : 'none';
}

/** The CTQ is believed when 9F69 repeats it under the signature, or the issuer will check it. */
function deviceVerificationHolds(
  authenticationData: Uint8Array | undefined,
  ctq: Uint8Array,
  cryptogram: Cryptogram,
): boolean {
  if (!authenticationData) return cryptogram === 'arqc';
  return equalBytes(authenticationData.subarray(5, 7), ctq);
}
