import { decodeTlv } from '../../../tlv/ber.ts';
import type { CardReply, KernelStep } from '../../../transaction/commands.ts';
import { show } from '../../../transaction/steps.ts';
import { tell } from '../../decision.ts';
import type { ContactlessOutcome, TagStore } from '../outcome.ts';
import { readBalance } from './balance.ts';
import { isSignatureValid } from './combined-signature-check.ts';
import { concludeEmv } from './conclude-emv.ts';
import { checkSummaries } from './data-storage-check.ts';
import { endApplication, uiRequest } from './endings.ts';
import type { ErrorIndication } from './error-indication.ts';
import { acTypeOf } from './prepare-generate-ac.ts';
import { signRelayInTrack2 } from './relay-track2.ts';
import { storeCardData } from './store-card-data.ts';
import { IDS, K2, TVR } from './tags.ts';
import type { TlvDatabase } from './tlv-database.ts';
import { reportTornRecord } from './torn-records.ts';
import type { AcType, Kernel2Transaction } from './transaction.ts';

type Answer = Extract<CardReply, { type: 'response' }>;

/**
 * From the answer to GENERATE AC or RECOVER AC to the outcome: format, cryptogram type, balance,
 * signature. `torn` is the record of the transaction that was torn before, when the answer is to
 * the GENERATE AC that took its place. Source: Book C-2, 6.9 to 6.11 (states 9, 10 and 11: S9.16 to
 * S9.28, S910), as publicly described.
 */
export function* takeCryptogram(
  t: Kernel2Transaction,
  { statusWord, data: answer }: Answer,
  torn?: TagStore,
): KernelStep<ContactlessOutcome> {
  const { data } = t;
  if (statusWord !== '9000') return refuse(t, { l2: 'status-bytes', statusWord }, torn);
  if (!storeAnswer(data, answer)) return refuse(t, { l2: 'parsing-error' }, torn);
  if (!data.isNotEmpty('9F27') || !data.isNotEmpty('9F36')) {
    return refuse(t, { l2: 'card-data-missing' }, torn);
  }
  if (!isAllowed(acTypeOf(data.number('9F27')), t.acType)) {
    return refuse(t, { l2: 'card-data-error' }, torn);
  }
  // A card that is lost now has done all that matters.
  yield* readBalance(t, K2.balanceAfterGenerateAc);
  if (t.writeAfter.length === 0) {
    yield* show(uiRequest(t, { message: 'no-message', status: 'card-read-ok', holdTime: 0 }));
  }
  const error = data.isNotEmpty('9F4B') ? authenticate(t, answer, torn) : checkUnsigned(t);
  const given = acTypeOf(data.number('9F27')) ?? 'none of the three';
  const signed = t.isAuthenticated ? 'CDA verified' : 'no signature verified';
  const result = `${given}, ${error ? (error.l2 ?? 'failed') : signed}`;
  const told = { step: 'kernel2-cryptogram', result, kernel: 2 } as const;
  tell(t.activation.input.trace, told, data, ['9F27', '9F36']);
  if (error?.l2 === 'ids-write-error') return endApplication(t, error);
  if (error) return refuse(t, error, torn);
  return yield* concludeEmv(t);
}

/** Template 77, or 80 with CID, ATC, cryptogram and issuer data one after the other. */
function storeAnswer(data: TlvDatabase, answer: Uint8Array): boolean {
  if (answer[0] === 0x77) return storeCardData(data, answer, 'answer');
  const decoded = decodeTlv(answer);
  const [template, ...others] = decoded.ok ? decoded.value : [];
  if (template?.tag !== '80' || others.length > 0) return false;
  const { value } = template;
  if (value.length < 11 || value.length > 43) return false;
  if (['9F27', '9F36', '9F26', '9F10'].some((tag) => data.isNotEmpty(tag))) return false;
  data.set('9F27', value.subarray(0, 1));
  data.set('9F36', value.subarray(1, 3));
  data.set('9F26', value.subarray(3, 11));
  if (value.length > 11) data.set('9F10', value.subarray(11));
  return true;
}

/** A card may give what was asked for, or less. Source: Book C-2, S9.23. */
function isAllowed(given: AcType | undefined, asked: AcType): boolean {
  switch (given) {
    case 'TC':
      return asked === 'TC';
    case 'ARQC':
      return asked !== 'AAC';
    case 'AAC':
      return true;
    default:
      return false;
  }
}

/** Source: Book C-2, S910.1 to S910.19. */
function authenticate(
  t: Kernel2Transaction,
  answer: Uint8Array,
  torn: TagStore | undefined,
): ErrorIndication | undefined {
  if (!isSignatureValid(t, answer)) {
    t.data.raise('95', TVR.cdaFailed);
    return { l2: 'cam-failed' };
  }
  t.isAuthenticated = true;
  return t.data.has(K2.idsStatus, IDS.read) ? checkSummaries(t.data, torn) : undefined;
}

/**
 * An answer without a signature, where none was asked for. Source: Book C-2, S910.30 to S910.39.
 */
function checkUnsigned({ data }: Kernel2Transaction): ErrorIndication | undefined {
  if (!data.isNotEmpty('9F26')) return { l2: 'card-data-missing' };
  const isSignatureAsked = data.has(K2.referenceControl, { byte: 1, mask: 0x10 });
  if (acTypeOf(data.number('9F27')) === 'AAC') {
    const isAacAsked = acTypeOf(data.number(K2.referenceControl)) === 'AAC';
    const isRefused = data.has(K2.idsStatus, IDS.read) || (isAacAsked && isSignatureAsked);
    return isRefused ? { l2: 'card-data-error' } : undefined;
  }
  if (isSignatureAsked) return { l2: 'card-data-error' };
  if (data.has('95', TVR.relayPerformed)) signRelayInTrack2(data);
  return undefined;
}

/** Invalid response. Source: Book C-2, S910.50 to S910.53 and S11.90 to S11.95. */
function refuse(
  t: Kernel2Transaction,
  error: ErrorIndication,
  torn: TagStore | undefined,
): ContactlessOutcome {
  const wrote = (torn?.get(K2.idsStatus)?.[0] ?? 0) & IDS.write.mask;
  if (torn && wrote !== 0) reportTornRecord(t.data, torn);
  return endApplication(t, error, t.data.has(K2.idsStatus, IDS.write));
}
