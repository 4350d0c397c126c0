import { readUint } from '#kernel/bytes/bytes.ts';
import type { Result } from '#kernel/bytes/result.ts';
import type { FidoAssertion } from '#kernel/transaction/fido-assertion.ts';
import {
  type Bound,
  challengeOf,
  type StepUpFault,
  type StepUpRecord,
  VERIFICATION_REQUIRED,
  verifyStepUp,
} from '../authentication/fido-step-up.ts';
import { isSatisfied, type RequiredMethod } from '../authentication/required-method.ts';
import { type LoggedDecision, scoreLive } from '../scoring/decision-log.ts';
import type { Features, Verification } from '../scoring/features.ts';
import type { Score } from '../scoring/score.ts';
import {
  accountAfter,
  type CardAccount,
  type CardAfter,
  checkPin,
  limitExceeded,
  type PinCheck,
} from './account-rules.ts';
import type { Acquirer } from './acquirer.ts';
import type { Timings } from './answers.ts';
import type { AuthorisationRequest } from './authorisation-request.ts';
import { type CryptogramCheck, checkCryptogram, findIssuer, type Issuer } from './issuers.ts';
import { stopwatch } from './stopwatch.ts';
import type { EnrolledTerminal } from './terminal-registry.ts';
import type { TransactionKey } from './transactions.ts';

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
  readonly logged?: LoggedDecision;
  /** How the cardholder was verified, as far as it is believed. */
  readonly verification: Verification;
  /** What a FIDO2 credential must sign, where that is what is required. */
  readonly challenge?: Uint8Array;
  /** What an assertion that came with it proved. */
  readonly assertion?: AssertionCheck;
  /** A command that waits for the card. */
  readonly script?: Uint8Array;
  /** What of the account is another afterwards; absent where there is no account. */
  readonly after?: CardAfter;
  /** A fault the issuer simulator has for this card: no answer goes out, or one comes too late. */
  readonly fault?: 'silent' | 'late';
  readonly latencyMs: number;
}

/** The credential's new counter, or why the assertion proves nothing. */
export type AssertionCheck = Result<{ readonly signCount: number }, StepUpFault>;

/** Who asks. */
export interface Asking {
  readonly key: TransactionKey;
  readonly cardToken: string;
  readonly terminal: EnrolledTerminal;
  readonly now: Date;
  /** What is stored of the assertion that came with it. */
  readonly stepUp?: StepUpRecord | undefined;
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
    return { ...UNKNOWN_CARD, verificationUs: timer() };
  }
  const check = checkCryptogram(issuer, request, request.icc, isAdvice ? 'tc' : 'arqc');
  const verificationUs = timer();
  const pin = pinOf(card, issuer, request, asking.terminal);
  const assertion = checkAssertion(acquirer, request, asking);
  const features = featuresOf(acquirer, request, asking, { pin, assertion });
  const { score: scored, logged } = scoreLive(acquirer.scorers, features);
  const { requiredMethod: required } = scored;
  const scoringUs = timer();
  const counter = readUint(request.icc.transactionCounter);
  const isReplay = counter <= card.highestAtc;
  const available = card.currency === request.currency ? card.balanceMinor : 0n;
  const responseCode = firstOf([
    [!check.genuine, CRYPTOGRAM_WRONG],
    [isReplay, SUSPECTED_FRAUD],
    [card.expiry !== null && isExpired(card.expiry, request.expiry, asking.now), EXPIRED],
    [pin === 'no-tries-left', PIN_BLOCKED],
    [pin === 'wrong', PIN_WRONG],
    [pin === 'cannot-verify', PIN_UNVERIFIABLE],
    [!isAdvice && assertion?.ok === false, SECURITY_VIOLATION],
    // What the card approved already is past limits and scoring.
    ...(isAdvice ? [] : limitChecks(card, request.amountMinor, asking.now)),
    [!isAdvice && required === 'refuse', SUSPECTED_FRAUD],
    [!isAdvice && !isSatisfied(required, features.verification), VERIFICATION_REQUIRED],
    [available < request.amountMinor && takesLess(request, available), PARTIALLY_APPROVED],
    [available < request.amountMinor, INSUFFICIENT_FUNDS],
  ]);
  const isGood = check.genuine && !isReplay;
  const fault = isAdvice ? undefined : faultOf(card);
  const script = check.genuine && !fault ? card.pendingScript : null;
  const approvedMinor =
    { [APPROVED]: request.amountMinor, [PARTIALLY_APPROVED]: available }[responseCode] ?? 0n;
  return {
    responseCode,
    approvedMinor,
    ...(request.kind === 'balance' && { balanceMinor: available }),
    check,
    score: scored,
    logged,
    verification: features.verification,
    ...(responseCode === VERIFICATION_REQUIRED &&
      challengeFor(acquirer, request, asking, required)),
    ...(assertion && { assertion }),
    after: accountAfter(card, {
      approvedMinor: fault === 'late' ? 0n : approvedMinor,
      highestAtc: isGood ? counter : -1,
      pin: isGood ? pin : 'none',
      isScriptSent: script !== null,
      now: asking.now,
    }),
    ...(script && { script }),
    ...(fault && approvedMinor > 0n && { fault }),
    latencyMs: card.latencyMs,
    verificationUs,
    scoringUs,
  };
}

/** What keeps an issuer from answering in time. An advice asks nothing: the host answers it. */
function faultOf({ fault }: CardAccount): 'silent' | 'late' | undefined {
  return fault === 'silent' || fault === 'late' ? fault : undefined;
}

function pinOf(
  card: CardAccount,
  { pinVerificationKey }: Issuer,
  { pan, pin }: AuthorisationRequest,
  { pinKey }: EnrolledTerminal,
): PinCheck {
  return checkPin(card, pan, pin, {
    ...(pinKey && { pinKey }),
    ...(pinVerificationKey && { verificationKey: pinVerificationKey }),
  });
}

type Check = readonly [applies: boolean, responseCode: string];

/** Where the issuer cannot be asked the host stands in, up to a limit. */
function limitChecks(card: CardAccount, amountMinor: bigint, now: Date): readonly Check[] {
  const { fault, standInLimitMinor } = card;
  const isStoodIn = standInLimitMinor !== null && amountMinor <= standInLimitMinor;
  const exceeded = limitExceeded(card, amountMinor, now);
  return [
    [fault === 'unavailable' && !isStoodIn, ISSUER_AWAY],
    ...(exceeded ? [[true, exceeded] as const] : []),
  ];
}

function takesLess({ kind, takesPartialApproval }: AuthorisationRequest, available: bigint) {
  return kind === 'purchase' && takesPartialApproval && available > 0n;
}

/** ISO 8583:1987, annex A, where nothing else is said. */
const APPROVED = '00';
const PARTIALLY_APPROVED = '10';
const NO_SUCH_CARD = '14';
const INSUFFICIENT_FUNDS = '51';
const EXPIRED = '54';
const PIN_WRONG = '55';
const SUSPECTED_FRAUD = '59';
const PIN_BLOCKED = '75';
/** As card networks use it: the PIN cannot be verified. */
const PIN_UNVERIFIABLE = '86';
const ISSUER_AWAY = '91';
/** Visa's code for negative CAM, dCVV, iCVV or CVV results; ISO 8583:1987 has none. */
const CRYPTOGRAM_WRONG = '82';
/** ISO 8583:1987, annex A: an assertion that proves nothing. */
const SECURITY_VIOLATION = '63';

const UNKNOWN_CARD = {
  responseCode: NO_SUCH_CARD,
  approvedMinor: 0n,
  check: { genuine: false },
  verification: 'unknown',
  latencyMs: 0,
  scoringUs: 0,
} as const;

function firstOf(checks: readonly Check[]): string {
  return checks.find(([applies]) => applies)?.[1] ?? APPROVED;
}

function checkAssertion(
  acquirer: Acquirer,
  request: AuthorisationRequest,
  asking: Asking,
): AssertionCheck | undefined {
  const { assertion } = request.context;
  const { stepUp, now } = asking;
  if (!assertion || !stepUp) return undefined;
  const intent = intentOf(assertion, asking.terminal);
  return verifyStepUp(assertion, stepUp, {
    bound: boundOf(request, asking, intent),
    tokenKey: acquirer.tokenKey,
    relyingParty: acquirer.scorers.deciding.ruleSet.stepUp.fido2,
    now,
  });
}

/** The request that an assertion says it was made for, of the terminal that says so. */
export function intentOf(
  { intent }: FidoAssertion,
  { terminalId }: EnrolledTerminal,
): TransactionKey {
  const stan = `${intent.stan}`.padStart(6, '0');
  return { terminalId, stan, transmittedAt: intent.transmittedAt };
}

function challengeFor(
  acquirer: Acquirer,
  request: AuthorisationRequest,
  asking: Asking,
  required: RequiredMethod,
): Pick<Decision, 'challenge'> {
  if (required !== 'fido2' || !acquirer.scorers.deciding.ruleSet.stepUp.fido2) return {};
  return { challenge: challengeOf(boundOf(request, asking, asking.key), acquirer.tokenKey) };
}

function boundOf(
  { amountMinor, currency }: AuthorisationRequest,
  { cardToken, terminal }: Asking,
  intent: TransactionKey,
): Bound {
  return { amountMinor, currency, merchantId: terminal.merchantId, cardToken, intent };
}

function featuresOf(
  acquirer: Acquirer,
  request: AuthorisationRequest,
  { cardToken, terminal, now }: Asking,
  { pin, assertion }: { pin: PinCheck; assertion: AssertionCheck | undefined },
): Features {
  const { terminalId, merchantId } = terminal;
  const { deviceToken, assertion: _, ...context } = request.context;
  // A PIN that is only said to have been entered verifies nobody.
  const isUnproved = context.verification === 'online-pin' && pin !== 'right';
  return {
    amountMinor: Number(request.amountMinor),
    currency: Number(request.currency),
    localHour: request.localHour,
    ...context,
    ...(isUnproved && { verification: 'unknown' as const }),
    ...(assertion?.ok && { verification: 'fido2' as const }),
    ...acquirer.velocity.count({ terminalId, merchantId, cardToken, deviceToken, now }),
  };
}

/** A card is good until the end of its month, and only with the date it was issued with. */
function isExpired(issued: string, presented: string, now: Date): boolean {
  const month = now.toISOString().slice(2, 7).replace('-', '');
  return issued !== presented || issued < month;
}
