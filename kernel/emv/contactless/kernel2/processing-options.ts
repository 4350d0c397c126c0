import { decodeTlv } from '../../../tlv/ber.ts';
import { transmit } from '../../../transaction/steps.ts';
import { getProcessingOptions } from '../../apdu.ts';
import { conclude, endApplication, selectNext } from './endings.ts';
import { storeCardData } from './store-card-data.ts';
import { AIP, CONFIGURATION, K2 } from './tags.ts';
import type { TlvDatabase } from './tlv-database.ts';
import { isVerifiedOnDevice, type Kernel2Step, type Kernel2Transaction } from './transaction.ts';

/**
 * GET PROCESSING OPTIONS, its answer, and by the AIP (82) and the kernel configuration (DF811B) the
 * mode and the transaction limit. Source: Book C-2, 6.4 (state 3: S3.4 to S3.35, S3.73 to S3.75),
 * as publicly described.
 */
export function* processOptions(t: Kernel2Transaction): Kernel2Step {
  const { data } = t;
  const reply = yield* transmit(getProcessingOptions(data.get(K2.pdolRelatedData)));
  if (reply.type === 'card-lost') return conclude(t, 'try-again', {}, { l1: 'time-out' });
  const { statusWord } = reply;
  if (statusWord !== '9000') return selectNext(t, { l2: 'status-bytes', statusWord });
  if (!storeOptions(data, reply.data)) return endApplication(t, { l2: 'parsing-error' });
  if (!data.isNotEmpty('82') || !data.isNotEmpty('94')) {
    return endApplication(t, { l2: 'card-data-missing' });
  }
  const isEmv =
    !data.has(K2.kernelConfiguration, CONFIGURATION.noEmvMode) && data.has('82', AIP.emvMode);
  if (!isEmv && data.has(K2.kernelConfiguration, CONFIGURATION.noMagStripeMode)) {
    return endApplication(t, { l2: 'mag-stripe-not-supported' });
  }
  t.mode = isEmv ? 'emv' : 'mag-stripe';
  const limit = isVerifiedOnDevice(t) ? K2.transactionLimitOnDevice : K2.transactionLimit;
  t.transactionLimitMinor = data.amount(limit);
  return undefined;
}

/** Format 1 (80: AIP, then AFL) or format 2 (77). Source: Book C-2, S3.10. */
function storeOptions(data: TlvDatabase, response: Uint8Array): boolean {
  const decoded = decodeTlv(response);
  const [template, ...others] = decoded.ok ? decoded.value : [];
  if (!template || others.length > 0) return false;
  if (template.tag === '77') return storeCardData(data, response, 'answer');
  const { value } = template;
  const isFormat1 = template.tag === '80' && value.length >= 6 && value.length % 4 === 2;
  if (!isFormat1 || data.isNotEmpty('82') || data.isNotEmpty('94')) return false;
  data.set('82', value.subarray(0, 2));
  data.set('94', value.subarray(2));
  return true;
}
