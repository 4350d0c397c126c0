import { fail, ok } from '../../bytes/result.ts';
import { tell } from '../decision.ts';
import { TVR } from '../terminal-verification-results.ts';
import { signatureFor, verifyCombined } from './combined-authentication.ts';
import type { ContactStep, ContactTransaction } from './contact-transaction.ts';
import { verifyExtended } from './extended-authentication.ts';
import { type Cryptogram, generateCryptogram } from './generate-ac.ts';
import type { ContactDeclineReason } from './outcome.ts';
import {
  analyseTerminalAction,
  type CryptogramType,
  isIndicated,
} from './terminal-action-analysis.ts';
import { setTsi, setTvr, TSI } from './verification-results.ts';

/** What follows the first cryptogram. */
export type FirstDecision =
  | { readonly type: 'approve' }
  | { readonly type: 'decline'; readonly reason: ContactDeclineReason }
  /** Ask the issuer; with a TC where only XDA failed. `verified`: XDA has not failed. */
  | { readonly type: 'online'; readonly cryptogram: 'ARQC' | 'TC'; readonly verified: boolean }
  /** The card wanted to go online, but is not what it says: an AAC at once. */
  | { readonly type: 'refuse' };

const RANK = { AAC: 0, ARQC: 1, TC: 2 } as const satisfies Record<CryptogramType, number>;
const REASON_MASK = 0x07;
const SERVICE_NOT_ALLOWED = 0x01;

/**
 * The terminal's first decision, the card's answer to it, and what follows from both. Ends the
 * session where the card gives more than it was asked for. A referral by the card (AAR) is no
 * longer a cryptogram. Source: EMV 4.4 Book 3, 9.3, 10.7 and 10.8; Book 4, 6.3.2 and 6.3.7.
 */
export function* analyseCardAction(transaction: ContactTransaction): ContactStep<FirstDecision> {
  const { data, oda, sent } = transaction;
  const asked = analyseTerminalAction(transaction);
  const signature = signatureFor(transaction, asked);
  const isCombinedLater = oda.method === 'cda' && oda.status === 'pending' && signature === 'none';
  if (isCombinedLater && asked === 'ARQC') setTvr(data, TVR.odaNotPerformed);
  const generated = yield* generateCryptogram(transaction, '8C', asked, signature);
  if (!generated.ok) return generated;
  setTsi(data, TSI.cardRiskManagementPerformed);
  const cryptogram = generated.value;
  const { type } = cryptogram;
  const result = `asked for ${asked}, given ${type ?? 'none of the three'}`;
  tell(transaction.input.trace, { step: 'card-action-analysis', result }, data, ['9F27', '9F36']);
  if (type === undefined || RANK[type] > RANK[asked]) return fail('wrong-cryptogram');
  if (signature === 'xda') {
    const verified = verifyExtended(transaction, cryptogram, sent);
    if (!verified) return ok(afterFailedExtended(transaction, type, cryptogram));
  }
  if (type === 'AAC') return ok(declinedBy(cryptogram));
  if (signature === 'cda' && !verifyCombined(transaction, cryptogram)) {
    if (type === 'ARQC') return ok({ type: 'refuse' });
    return ok({ type: 'decline', reason: 'authentication-failed' });
  }
  return ok(
    type === 'TC' ? { type: 'approve' } : { type: 'online', cryptogram: type, verified: true },
  );
}

/** Source: Book 4, 6.3.2.2.4. */
function afterFailedExtended(
  transaction: ContactTransaction,
  type: CryptogramType,
  cryptogram: Cryptogram,
): FirstDecision {
  if (type === 'AAC') return declinedBy(cryptogram);
  if (!isIndicated(transaction, 'denial'))
    return { type: 'online', cryptogram: type, verified: false };
  return type === 'TC' ? { type: 'decline', reason: 'authentication-failed' } : { type: 'refuse' };
}

/** An AAC, which may say that the service is not allowed. Source: Book 3, 10.8.1 and table 15. */
export function declinedBy({ information }: Cryptogram): FirstDecision & { type: 'decline' } {
  const isNotAllowed = (information & REASON_MASK) === SERVICE_NOT_ALLOWED;
  return { type: 'decline', reason: isNotAllowed ? 'service-not-allowed' : 'card-declined' };
}
