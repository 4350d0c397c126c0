import { encodeBcd } from '../../../bytes/bcd.ts';
import { readUint } from '../../../bytes/bytes.ts';
import type { KernelStep } from '../../../transaction/commands.ts';
import { show, transmit } from '../../../transaction/steps.ts';
import { computeCryptographicChecksum } from '../../apdu.ts';
import type { ContactlessOutcome } from '../outcome.ts';
import { seePhone } from './conclude-emv.ts';
import { exchangeRest } from './data-exchange.ts';
import { relatedData } from './dol-data.ts';
import { waitForFirstWrite } from './emv-mode.ts';
import { conclude, endApplication, presentAgain, selectNext, uiRequest } from './endings.ts';
import {
  readMagStripeRecords,
  trackPositions,
  unpredictableDigitsOf,
} from './mag-stripe-records.ts';
import {
  encodeTrack1Data,
  encodeTrack2Data,
  parseTrack1Data,
  parseTrack2Data,
  writeDigits,
} from './mag-stripe-tracks.ts';
import { outcomeCvmOf } from './outcome-signal.ts';
import { asksForSecondTap } from './phone-message.ts';
import { storeCardData } from './store-card-data.ts';
import { K2 } from './tags.ts';
import type { TlvDatabase } from './tlv-database.ts';
import { isVerifiedOnDevice, type Kernel2Step, type Kernel2Transaction } from './transaction.ts';

const OD_CVM_REQUIRED = { byte: 1, mask: 0x02 };
const OD_CVM_SUCCESSFUL = { byte: 2, mask: 0x10 };

/**
 * Magnetic stripe mode, from the answer to GET PROCESSING OPTIONS to the outcome: records, COMPUTE
 * CRYPTOGRAPHIC CHECKSUM, the dynamic digits in both tracks. The waiting time after a failed tap
 * (S13.2, S13.30) is not kept: the kernel has no clock. Source: Book C-2, 6.13 and 6.14 (states 7,
 * 8, 13 and 14), as publicly described.
 */
export function* runMagStripeMode(t: Kernel2Transaction): KernelStep<ContactlessOutcome> {
  const { data } = t;
  const ended = (yield* readMagStripeRecords(t)) ?? (yield* waitForFirstWrite(t));
  if (ended) return ended;
  if (data.amount('9F02') > t.transactionLimitMinor) {
    return selectNext(t, { l2: 'max-limit-exceeded' });
  }
  const told = yield* exchangeRest(t);
  if (told) return told;
  return (yield* computeChecksum(t)) ?? (yield* takeChecksum(t));
}

/** Source: Book C-2, S78.15 to S78.22 and S13.9 to S13.14. */
function* computeChecksum(t: Kernel2Transaction): Kernel2Step {
  const { data } = t;
  const digits = unpredictableDigitsOf(data) ?? 0;
  data.set(K2.unpredictableNumberNumeric, numericNumber(data.get('9F37'), digits));
  if (isVerifiedOnDevice(t) && isVerificationRequired(data)) {
    data.raise(K2.mobileSupport, OD_CVM_REQUIRED);
  }
  const values = relatedData(data, data.isNotEmpty(K2.udol) ? K2.udol : K2.defaultUdol);
  if (!values || values.length === 0) return endApplication(t, { l2: 'card-data-error' });
  const reply = yield* transmit(computeCryptographicChecksum(values));
  if (reply.type === 'card-lost') return presentAgain(t);
  const { statusWord } = reply;
  if (statusWord !== '9000') return endApplication(t, { l2: 'status-bytes', statusWord });
  if (!storeCardData(data, reply.data, 'answer')) return endApplication(t, { l2: 'parsing-error' });
  yield* show(uiRequest(t, { message: 'no-message', status: 'card-read-ok', holdTime: 0 }));
  return undefined;
}

/**
 * The unpredictable number in digits (9F6A), of which only the last `digits` are not zero: those of
 * the unpredictable number as an integer. The book leaves open where they come from.
 */
function numericNumber(number: Uint8Array, digits: number): Uint8Array {
  return encodeBcd(String(readUint(number) % 10 ** digits).padStart(8, '0'));
}

/** Source: Book C-2, S13.14.1 to S13.26 and S14.14 to S14.34. */
function* takeChecksum(t: Kernel2Transaction): KernelStep<ContactlessOutcome> {
  const { data } = t;
  const isOnDevice = isVerifiedOnDevice(t);
  const hasInteraction = data.isNotEmpty(K2.posCardholderInteraction);
  if (!data.isNotEmpty('9F36') || (isOnDevice && !hasInteraction)) {
    return endApplication(t, { l2: 'card-data-missing' });
  }
  if (!data.isNotEmpty('9F61')) {
    if (!hasInteraction) return endApplication(t, { l2: 'card-data-missing' });
    return asksForSecondTap(data) ? yield* seePhone(t) : declined(t);
  }
  if (data.isNotEmpty('56') && !data.isNotEmpty('9F60')) {
    return endApplication(t, { l2: 'card-data-missing' });
  }
  const isVerified = data.has(K2.posCardholderInteraction, OD_CVM_SUCCESSFUL);
  if (isOnDevice && !isVerified && isVerificationRequired(data)) {
    return endApplication(t, { l2: 'card-data-error' });
  }
  writeTracks(data, isVerified);
  return isOnDevice ? onlineOnDevice(t, isVerified) : online(t);
}

/** The card refuses, and the device has nothing to say. Source: Book C-2, S13.43 and S14.19.3. */
function declined(t: Kernel2Transaction): ContactlessOutcome {
  const uiOnOutcome = uiRequest(t, { message: 'not-authorised', status: 'not-ready' });
  return conclude(t, 'declined', { uiOnOutcome, reason: 'card-declined' }, {}, true);
}

/** Source: Book C-2, S14.32 to S14.34. */
function onlineOnDevice(t: Kernel2Transaction, isVerified: boolean): ContactlessOutcome {
  t.cvm = isVerified ? 'cdcvm' : 'none';
  t.receipt = isVerified && isVerificationRequired(t.data);
  return conclude(t, 'online-request', {}, {}, true);
}

/** Source: Book C-2, S13.24 to S13.26. */
function online(t: Kernel2Transaction): ContactlessOutcome {
  const isRequired = isVerificationRequired(t.data);
  const tag = isRequired ? K2.magStripeCvmRequired : K2.magStripeCvmNotRequired;
  t.cvm = outcomeCvmOf(t.data.number(tag));
  t.receipt = isRequired || t.cvm === 'signature';
  return conclude(t, 'online-request', {}, {}, true);
}

function isVerificationRequired(data: TlvDatabase): boolean {
  return data.amount('9F02') > data.amount(K2.cvmRequiredLimit);
}

/**
 * Writes the digits into both tracks (56, 9F6B). The last digit says how many there are of the
 * number, and five more when the device verified its holder. Source: Book C-2, S13.14.5 to S13.22.
 */
function writeTracks(data: TlvDatabase, isVerified: boolean): void {
  const count = unpredictableDigitsOf(data) ?? 0;
  const digits = {
    unpredictableNumber: Number(data.amount(K2.unpredictableNumberNumeric)),
    atc: data.number('9F36'),
    lastDigit: isVerified ? (count + 5) % 10 : count,
  };
  const second = parseTrack2Data(data.get('9F6B'));
  if (second) {
    const cvc3 = data.number('9F61');
    const positions = trackPositions(data, 'track2');
    const discretionaryData = writeDigits(second.discretionaryData, positions, { ...digits, cvc3 });
    data.set('9F6B', encodeTrack2Data({ ...second, discretionaryData }));
  }
  const first = parseTrack1Data(data.get('56'));
  if (first) {
    const cvc3 = data.number('9F60');
    const positions = trackPositions(data, 'track1');
    const discretionaryData = writeDigits(first.discretionaryData, positions, { ...digits, cvc3 });
    data.set('56', encodeTrack1Data({ ...first, discretionaryData }));
  }
}
