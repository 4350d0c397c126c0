import { readUint } from '#kernel/bytes/bytes.ts';
import { balanceMinor, cardAccount } from '../ledger/ledger.ts';
import type { Features } from '../scoring/features.ts';
import { isSatisfied, type Score, score } from '../scoring/score.ts';
import { countVelocity } from '../scoring/velocity.ts';
import type { Acquirer } from './acquirer.ts';
import type { Timings } from './answers.ts';
import type { AuthorisationRequest } from './authorisation-request.ts';
import { type CryptogramCheck, checkCryptogram, findIssuer } from './issuers.ts';
import type { EnrolledTerminal } from './terminal-registry.ts';

/** What the issuer says of a request, and how long it took to say it. */
export interface Decision extends Timings {
  /** DE 39 */
  readonly responseCode: string;
  readonly check: CryptogramCheck;
  readonly score?: Score;
  /** The answer must not go out: a fault the issuer simulator has for this card. */
  readonly isSilent: boolean;
}

/** Who asks. */
export interface Asking {
  readonly cardToken: string;
  readonly terminal: EnrolledTerminal;
  readonly now: Date;
}

/**
 * Decides on a request. Within the transaction of `acquirer.db` it moves the card's highest counter
 * on; it books nothing. The gravest reason to decline is the one that is given.
 */
export async function decide(
  acquirer: Acquirer,
  request: AuthorisationRequest,
  asking: Asking,
): Promise<Decision> {
  const { db } = acquirer;
  const timer = stopwatch();
  const issuer = findIssuer(acquirer.issuers, request.pan);
  const card = await db
    .selectFrom('cards')
    .select(['expiry', 'fault', 'highest_atc'])
    .where('card_token', '=', asking.cardToken)
    .executeTakeFirst();
  if (!issuer || !card) {
    const times = { verificationUs: timer(), scoringUs: 0, bookingUs: 0 };
    return { responseCode: NO_SUCH_CARD, check: { genuine: false }, isSilent: false, ...times };
  }
  timer();
  const check = checkCryptogram(issuer, request, request.icc);
  const verificationUs = timer();
  const features = await featuresOf(acquirer, request, asking);
  const scored = score(features);
  const scoringUs = timer();
  const counter = readUint(request.icc.transactionCounter);
  const isReplay = counter <= card.highest_atc;
  if (check.genuine && !isReplay) {
    await db
      .updateTable('cards')
      .set({ highest_atc: counter })
      .where('card_token', '=', asking.cardToken)
      .execute();
  }
  const available = await balanceMinor(db, cardAccount(asking.cardToken), request.currency);
  const responseCode = firstOf([
    [!check.genuine, CRYPTOGRAM_WRONG],
    [isReplay, SUSPECTED_FRAUD],
    [card.expiry !== null && isExpired(card.expiry, request.expiry, asking.now), EXPIRED],
    [scored.requiredMethod === 'refuse', SUSPECTED_FRAUD],
    [!isSatisfied(scored.requiredMethod, features), VERIFICATION_REQUIRED],
    [available < request.amountMinor, INSUFFICIENT_FUNDS],
  ]);
  const isSilent = card.fault === 'silent' && responseCode === APPROVED;
  const times = { verificationUs, scoringUs, bookingUs: timer() };
  return { responseCode, check, score: scored, isSilent, ...times };
}

/** ISO 8583:1987, annex A, where nothing else is said. */
const APPROVED = '00';
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

async function featuresOf(
  acquirer: Acquirer,
  request: AuthorisationRequest,
  { cardToken, terminal, now }: Asking,
): Promise<Features> {
  const { terminalId, merchantId } = terminal;
  return {
    amountMinor: request.amountMinor,
    localHour: request.localHour,
    verification: request.verification,
    cardTimeMs: request.cardTimeMs,
    ...(await countVelocity(acquirer.db, { terminalId, merchantId, cardToken, now })),
  };
}

/** A card is good until the end of its month, and only with the date it was issued with. */
function isExpired(issued: string, presented: string, now: Date): boolean {
  const month = now.toISOString().slice(2, 7).replace('-', '');
  return issued !== presented || issued < month;
}

/** Each call says how many microseconds passed since the one before. */
function stopwatch(): () => number {
  let last = performance.now();
  return () => {
    const start = last;
    last = performance.now();
    return (last - start) * 1000;
  };
}
