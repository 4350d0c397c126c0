import { ok } from '../../bytes/result.ts';
import { tell } from '../decision.ts';
import { TVR } from '../terminal-verification-results.ts';
import { declinedBy, type FirstDecision } from './card-action-analysis.ts';
import { signatureFor, verifyCombined } from './combined-authentication.ts';
import type { ContactStep, ContactTransaction } from './contact-transaction.ts';
import { verifyExtended } from './extended-authentication.ts';
import { generateCryptogram, type RequestedSignature } from './generate-ac.ts';
import { deliverScripts } from './issuer-scripts.ts';
import { askIssuer, authenticateIssuer, type IssuerAnswer } from './online-processing.ts';
import type { ContactDeclineReason } from './outcome.ts';
import { analyseUnableToGoOnline, setResponseCode } from './terminal-action-analysis.ts';
import { clearTvr } from './verification-results.ts';

/** How a transaction ended. */
export type Conclusion =
  | { readonly type: 'approved' }
  | { readonly type: 'declined'; readonly reason: ContactDeclineReason };

const APPROVED: Conclusion = { type: 'approved' };

/**
 * Brings a transaction to its end after the first cryptogram: at once, or by asking the issuer and
 * then the card again. Source: EMV 4.4 Book 3, 9.3.2, 10.9 to 10.11; Book 4, 6.3.2 and 6.3.8.
 */
export function* complete(
  transaction: ContactTransaction,
  decision: FirstDecision,
): ContactStep<Conclusion> {
  switch (decision.type) {
    case 'approve':
      return ok(APPROVED);
    case 'decline':
      return ok(declined(decision.reason));
    case 'refuse': {
      setResponseCode(transaction, 'Z1');
      const last = yield* finalCryptogram(transaction, 'AAC', false);
      return last.ok ? ok(declined('authentication-failed')) : last;
    }
    case 'online': {
      const answer = yield* askIssuer(transaction);
      if (answer) return yield* afterAnswer(transaction, decision, answer);
      return yield* unableToGoOnline(transaction, decision);
    }
    default:
      return decision satisfies never;
  }
}

type Online = Extract<FirstDecision, { type: 'online' }>;

/** The issuer's word goes to the card, with the scripts before and after the last cryptogram. */
function* afterAnswer(
  transaction: ContactTransaction,
  { cryptogram, verified }: Online,
  { approves, issuerData }: IssuerAnswer,
): ContactStep<Conclusion> {
  const { scripts } = issuerData;
  const authenticated = yield* authenticateIssuer(transaction, issuerData);
  if (!authenticated.ok) return authenticated;
  yield* deliverScripts(transaction, scripts, '71');
  let conclusion: Conclusion = approves ? APPROVED : declined('issuer-declined');
  // A TC is final: the card is asked no more. Book 4, 6.3.2.2.4.
  if (cryptogram === 'ARQC') {
    const last = yield* finalCryptogram(transaction, approves ? 'TC' : 'AAC', verified);
    if (!last.ok) return last;
    if (approves) conclusion = last.value;
  }
  yield* deliverScripts(transaction, scripts, '72');
  return ok(conclusion);
}

/** Source: Book 3, 10.7; after a failure of XDA only the issuer could have approved. */
function* unableToGoOnline(
  transaction: ContactTransaction,
  { cryptogram, verified }: Online,
): ContactStep<Conclusion> {
  if (!verified) setResponseCode(transaction, 'Z3');
  if (cryptogram === 'TC') return ok(declined('unable-to-go-online'));
  expectCombined(transaction);
  const asked = verified ? analyseUnableToGoOnline(transaction) : 'AAC';
  const last = yield* finalCryptogram(transaction, asked, verified);
  if (!last.ok) return last;
  return ok(asked === 'TC' ? last.value : declined('unable-to-go-online'));
}

/** With CDA put off to the last cryptogram nothing is left undone. Source: Book 2, 6.6. */
function expectCombined({ data, oda }: ContactTransaction): void {
  if (oda.method === 'cda') clearTvr(data, TVR.odaNotPerformed);
}

/**
 * The second GENERATE AC. A card that gives more than it was asked for, or what is no cryptogram,
 * has declined. `verified`: whether a signature is to be looked at. Source: Book 3, 9.3.2.
 */
function* finalCryptogram(
  transaction: ContactTransaction,
  asked: 'TC' | 'AAC',
  verified: boolean,
): ContactStep<Conclusion> {
  expectCombined(transaction);
  const signature = finalSignature(transaction, asked);
  const generated = yield* generateCryptogram(transaction, '8D', asked, signature);
  if (!generated.ok) return generated;
  const cryptogram = generated.value;
  const result = `asked for ${asked}, given ${cryptogram.type ?? 'none of the three'}`;
  tell(transaction.input.trace, { step: 'card-action-analysis', result }, transaction.data, [
    '9F27',
  ]);
  if (cryptogram.type !== 'TC' || asked !== 'TC')
    return ok(declined(declinedBy(cryptogram).reason));
  const isSound =
    (signature !== 'cda' || verifyCombined(transaction, cryptogram)) &&
    (signature !== 'xda' ||
      !verified ||
      verifyExtended(transaction, cryptogram, transaction.sent.slice(-1)));
  return ok(isSound ? APPROVED : declined('authentication-failed'));
}

/** After an issuer's approval CDA is as configured; without it always. Source: Book 2, 6.6. */
function finalSignature(transaction: ContactTransaction, asked: 'TC' | 'AAC'): RequestedSignature {
  const signature = signatureFor(transaction, asked);
  if (signature !== 'cda' || transaction.host?.type !== 'answered') return signature;
  return transaction.input.combinedSignature.withFinalTc ? 'cda' : 'none';
}

function declined(reason: ContactDeclineReason): Conclusion {
  return { type: 'declined', reason };
}
