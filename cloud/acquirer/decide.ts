import { readUint } from '#kernel/bytes/bytes.ts';
import type { Features } from '../scoring/features.ts';
import { isSatisfied, type Score, score } from '../scoring/score.ts';
import type { IssuerFault } from '../store/schema.ts';
import type { Acquirer } from './acquirer.ts';
import type { Timings } from './answers.ts';
import type { AuthorisationRequest } from './authorisation-request.ts';
import { type CryptogramCheck, checkCryptogram, findIssuer } from './issuers.ts';
import { stopwatch } from './stopwatch.ts';
import type { EnrolledTerminal } from './terminal-registry.ts';

/** What the issuer says of a request, and how long it took to say it. */
export interface Decision extends Omit<Timings, 'accountUs'> {
  /** DE 39 */
  readonly responseCode: string;
  /** What was approved; zero when nothing was. */
  readonly approvedMinor: bigint;
  /** What is on the account, for who asked for it. */
  readonly balanceMinor?: bigint;
  readonly check: CryptogramCheck;
  readonly score?: Score;
  /** The counter that the card has got to. */
  readonly highestAtc?: number;
  /** The answer must not go out: a fault the issuer simulator has for this card. */
  readonly isSilent: boolean;
}

/** Who asks. */
export interface Asking {
  readonly cardToken: string;
  readonly terminal: EnrolledTerminal;
  readonly now: Date;
}

/** What the issuer knows of a card. */
export interface CardAccount {
  /** YYMM; null where the issuer sets none. */
  readonly expiry: string | null;
  readonly fault: IssuerFault;
  /** The highest counter of a genuine cryptogram so far; -1 before the first. */
  readonly highestAtc: number;
  readonly currency: string;
  readonly balanceMinor: bigint;
}

/**
 * Decides on a request; it does nothing else, and depends on nothing that it is not given but
 * `acquirer.velocity`. The gravest reason to decline is the one that is given.
 */
export function decide(
  acquirer: Acquirer,
  request: AuthorisationRequest,
  asking: Asking,
  card: CardAccount | undefined,
): Decision {
  const timer = stopwatch();
  const isAdvice = request.kind === 'advice';
  const issuer = findIssuer(acquirer.issuers, request.pan);
  if (!issuer || !card) {
    const times = { verificationUs: timer(), scoringUs: 0 };
    const refused = { responseCode: NO_SUCH_CARD, approvedMinor: 0n };
    return { ...refused, check: { genuine: false }, isSilent: false, ...times };
  }
  const check = checkCryptogram(issuer, request, request.icc, isAdvice ? 'tc' : 'arqc');
  const verificationUs = timer();
  const features = featuresOf(acquirer, request, asking);
  const scored = score(features);
  const scoringUs = timer();
  const counter = readUint(request.icc.transactionCounter);
  const isReplay = counter <= card.highestAtc;
  const available = card.currency === request.currency ? card.balanceMinor : 0n;
  const isPartial = request.kind === 'purchase' && request.takesPartialApproval && available > 0n;
  const responseCode = firstOf([
    [!check.genuine, CRYPTOGRAM_WRONG],
    [isReplay, SUSPECTED_FRAUD],
    [card.expiry !== null && isExpired(card.expiry, request.expiry, asking.now), EXPIRED],
    // What the card approved already is past scoring.
    [!isAdvice && scored.requiredMethod === 'refuse', SUSPECTED_FRAUD],
    [!isAdvice && !isSatisfied(scored.requiredMethod, features), VERIFICATION_REQUIRED],
    [available < request.amountMinor && isPartial, PARTIALLY_APPROVED],
    [available < request.amountMinor, INSUFFICIENT_FUNDS],
  ]);
  const approvedMinor =
    responseCode === APPROVED
      ? request.amountMinor
      : responseCode === PARTIALLY_APPROVED
        ? available
        : 0n;
  return {
    responseCode,
    approvedMinor,
    ...(request.kind === 'balance' && { balanceMinor: available }),
    check,
    score: scored,
    ...(check.genuine && !isReplay && { highestAtc: counter }),
    isSilent: card.fault === 'silent' && responseCode === APPROVED,
    verificationUs,
    scoringUs,
  };
}

/** ISO 8583:1987, annex A, where nothing else is said. */
const APPROVED = '00';
const PARTIALLY_APPROVED = '10';
const NO_SUCH_CARD = '14';
const INSUFFICIENT_FUNDS = '51';
const EXPIRED = '54';
const SUSPECTED_FRAUD = '59';
/** Visa's code for negative CAM, dCVV, iCVV or CVV results; ISO 8583:1987 has none. */
const CRYPTOGRAM_WRONG = '82';
/** Visa's code for a soft decline, additional customer authentication required. */
const VERIFICATION_REQUIRED = '1A';

function firstOf(checks: readonly (readonly [boolean, string])[]): string {
  return checks.find(([applies]) => applies)?.[1] ?? APPROVED;
}

function featuresOf(
  acquirer: Acquirer,
  request: AuthorisationRequest,
  { cardToken, terminal, now }: Asking,
): Features {
  const { terminalId, merchantId } = terminal;
  return {
    amountMinor: request.amountMinor,
    localHour: request.localHour,
    verification: request.verification,
    cardTimeMs: request.cardTimeMs,
    ...acquirer.velocity.count({ terminalId, merchantId, cardToken, now }),
  };
}

/** A card is good until the end of its month, and only with the date it was issued with. */
function isExpired(issued: string, presented: string, now: Date): boolean {
  const month = now.toISOString().slice(2, 7).replace('-', '');
  return issued !== presented || issued < month;
}
