import { equalBytes } from '../../../bytes/bytes.ts';
import type { OutcomeCvm } from '../outcome.ts';
import type { CardData } from './card-data.ts';

const TTQ1_ONLINE_PIN = 0x04;
const TTQ1_SIGNATURE = 0x02;
const TTQ2_CVM_REQUIRED = 0x40;
const TTQ3_CDCVM = 0x40;
const CTQ1_ONLINE_PIN_REQUIRED = 0x80;
const CTQ1_SIGNATURE_REQUIRED = 0x40;
const CTQ2_CDCVM_PERFORMED = 0x80;

/**
 * How the cardholder is verified, from the TTQ (9F66) and what the card says in its CTQ (9F6C).
 * Source: EMV Contactless Book C-3, 5.7.1.
 */
export function chooseVerification(
  ttq: Uint8Array | undefined,
  card: CardData,
  onlineCryptogram: boolean,
): OutcomeCvm | 'not-possible' {
  const [ttq1 = 0, ttq2 = 0, ttq3 = 0] = ttq ?? [];
  const required = (ttq2 & TTQ2_CVM_REQUIRED) !== 0;
  const ctq = card.get('9F6C');
  if (!ctq) {
    if (!required) return 'none';
    if ((ttq1 & TTQ1_SIGNATURE) !== 0) return 'signature';
    if ((ttq1 & TTQ1_ONLINE_PIN) !== 0) return 'online-pin';
    return 'not-possible';
  }
  const [ctq1 = 0, ctq2 = 0] = ctq;
  if ((ctq1 & CTQ1_ONLINE_PIN_REQUIRED) !== 0 && (ttq1 & TTQ1_ONLINE_PIN) !== 0) {
    return 'online-pin';
  }
  if ((ctq2 & CTQ2_CDCVM_PERFORMED) !== 0 && (ttq3 & TTQ3_CDCVM) !== 0) {
    return deviceVerificationHolds(card, ctq, onlineCryptogram) ? 'cdcvm' : 'not-possible';
  }
  if ((ctq1 & CTQ1_SIGNATURE_REQUIRED) !== 0 && (ttq1 & TTQ1_SIGNATURE) !== 0) return 'signature';
  return required ? 'not-possible' : 'none';
}

/** The CTQ is believed when 9F69 repeats it under the signature, or the issuer will check it. */
function deviceVerificationHolds(
  card: CardData,
  ctq: Uint8Array,
  onlineCryptogram: boolean,
): boolean {
  const authenticationData = card.get('9F69');
  if (!authenticationData) return onlineCryptogram;
  return equalBytes(authenticationData.subarray(5, 7), ctq);
}
