import { randomInt } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { concatBytes } from '#kernel/bytes/bytes.ts';
import type { MessageFields } from '#kernel/iso8583/message.ts';
import { encodeTlv } from '#kernel/tlv/ber.ts';
import { amountField } from '#kernel/transaction/host-messages.ts';
import { readStepUp, recordStepUp, type StepUpRecord } from '../authentication/fido-step-up.ts';
import { advance, type Happening, NEW, type Position } from '../life-cycle/advance.ts';
import { atomically, type UnitOfWork } from '../store/database.ts';
import type { TransactionState } from '../store/schema.ts';
import { maskPan, tokenOf } from '../store/secrets.ts';
import type { Acquirer } from './acquirer.ts';
import { buildAnswer, encodeScoringAnswer, type Timings } from './answers.ts';
import {
  type AuthorisationRequest,
  type CardKind,
  readAuthorisationRequest,
} from './authorisation-request.ts';
import { type Asking, type Decision, decide, intentOf } from './decide.ts';
import { findPrecedent, rememberAnswer } from './idempotency.ts';
import { again, DUPLICATE, identityOf } from './once.ts';
import type { Received } from './received.ts';
import { stopwatch } from './stopwatch.ts';
import { type Decided, lockCard, lockTransaction, recordDecision } from './transactions.ts';

/**
 * Answers a request with a card: null when the answer must never go out. Everything it decides is
 * committed when it resolves; when it rejects, whether it was is unknown, and there is no answer to
 * give.
 */
export async function authorise(
  acquirer: Acquirer,
  received: Received,
  kind: CardKind,
): Promise<Uint8Array | null> {
  const { terminal, key } = received;
  const refuse = (code: string) => buildAnswer(received.message, { 39: code }, terminal.macKey);
  const request = readAuthorisationRequest(received.message, terminal, kind);
  if (!request.ok) return refuse(request.error);
  const now = acquirer.now();
  const startMs = performance.now();
  const identity = identityOf(acquirer, received);
  const cardToken = tokenOf(request.value.pan, acquirer.tokenKey);
  const asking = { key, cardToken, terminal, now };
  const { answer, decided, decision } = await atomically(
    acquirer.db,
    async (db): Promise<Outcome> => {
      const lookUp = stopwatch();
      const card = await lockCard(db, asking.cardToken);
      const accountUs = lookUp();
      const stepUp = await stepUpOf(db, request.value, asking);
      const asked = { ...asking, stepUp };
      const decision = { ...decide(acquirer, request.value, asked, card), accountUs };
      const atMs = performance.now();
      const decided = conclude(received, request.value, asking, decision);
      if (await recordDecision(db, identity, decided, acquirer.outbox?.nodeId)) {
        await consumeAssertion(db, request.value, asking, decision);
        return { answer: decided.answer, decided, decision: { ...decision, atMs } };
      }
      const precedent = await findPrecedent(db, identity);
      if (precedent.kind === 'repeated') return { answer: again(precedent.answer, received) };
      const earlier = await lockTransaction(db, key);
      if (precedent.kind === 'conflict' || earlier?.state !== 'reversed-unseen') {
        return { answer: refuse(DUPLICATE) };
      }
      // Its reversal was here first.
      const answer = refuse(INVALID_TRANSACTION);
      await rememberAnswer(db, identity, answer, now);
      return { answer };
    },
  );
  if (decided) {
    const isDeclined = decided.payment.state === 'declined';
    acquirer.velocity.observe({ ...asking, ...decided.payment, isDeclined, payment: key });
    acquirer.outbox?.wake();
  }
  const committedAfterMs = performance.now() - startMs;
  if (decision?.latencyMs) await sleep(decision.latencyMs);
  if (decided && decision) {
    const { responseCode } = decided.payment;
    acquirer.observe?.({
      ...{ kind, responseCode, durationMs: performance.now() - startMs },
      parts: {
        ...{ terminalId: key.terminalId, stan: key.stan },
        verificationMs: decision.verificationUs / 1_000,
        scoringMs: decision.scoringUs / 1_000,
        decidedAfterMs: decision.atMs - startMs,
        committedAfterMs,
      },
    });
  }
  return answer;
}

/** What is stored of an assertion; one query more, for those that bring one alone. */
async function stepUpOf(
  db: UnitOfWork,
  { context: { assertion } }: AuthorisationRequest,
  { cardToken, terminal }: Asking,
): Promise<StepUpRecord | undefined> {
  if (!assertion) return undefined;
  return readStepUp(db, cardToken, intentOf(assertion, terminal), assertion.credentialId);
}

/** An assertion that verified the holder of a genuine card does so once. */
async function consumeAssertion(
  db: UnitOfWork,
  { context: { assertion } }: AuthorisationRequest,
  { cardToken, terminal, now }: Asking,
  { assertion: verified, check }: Decision,
): Promise<void> {
  if (!assertion || !verified?.ok || !check.genuine) return;
  const { credentialId } = assertion;
  const { signCount } = verified.value;
  const used = { credentialId, signCount, now };
  await recordStepUp(db, cardToken, intentOf(assertion, terminal), used);
}

/** What is answered, and what was decided if it was decided now. */
interface Outcome {
  readonly answer: Uint8Array | null;
  readonly decided?: Decided;
  /** The same before it was concluded, and when that was, as `performance.now` counts. */
  readonly decision?: Decision & { readonly atMs: number };
}

/** The payment as it will be recorded, and the answer that says so. */
function conclude(
  received: Received,
  request: AuthorisationRequest,
  { cardToken, now }: Asking,
  decision: Decision & Timings,
): Decided {
  const { key, message, terminal } = received;
  const { position, moves, state, responseCode } = begin(request.kind, decision);
  const approvalCode = position.authorisedMinor > 0n ? newApprovalCode() : undefined;
  const { deviceToken } = request.context;
  const retrievalReference = retrievalReferenceOf(now, key.stan);
  const fields = {
    ...amountsOf(request, decision),
    37: retrievalReference,
    ...(approvalCode && { 38: approvalCode }),
    39: responseCode,
    ...issuerDataOf(decision, responseCode),
    61: encodeScoringAnswer(decision.score, decision, decision.challenge),
  };
  return {
    payment: {
      ...key,
      ...(approvalCode && { approvalCode }),
      ...(decision.score && { score: decision.score }),
      kind: request.kind,
      ...(decision.logged && { logged: decision.logged }),
      verification: decision.verification,
      ...(deviceToken !== undefined && { deviceToken }),
      ...(decision.assertion && {
        assertion: decision.assertion.ok ? 'verified' : decision.assertion.error,
      }),
      responseCode,
      retrievalReference,
      merchantId: terminal.merchantId,
      cardToken,
      maskedPan: maskPan(request.pan),
      amountMinor: request.amountMinor,
      currency: request.currency,
      state,
      authorisedMinor: position.authorisedMinor,
      capturedMinor: position.capturedMinor,
      receivedAt: now,
    },
    ...(moves[0] && { move: moves[0] }),
    ...(decision.after && { after: decision.after }),
    answer: decision.fault === 'silent' ? null : buildAnswer(message, fields, terminal.macKey),
  };
}

/** DE 55: the issuer's proof and its script. From an issuer that did not answer comes nothing. */
function issuerDataOf({ check, script, fault }: Decision, responseCode: string): MessageFields {
  if (!check.genuine || fault === 'late') return {};
  const proof = encodeTlv([{ tag: '91', value: check.issuerAuthenticationData(responseCode) }]);
  const command = script && check.issuerScript(script);
  return { 55: command ? concatBytes(proof, command) : proof };
}

/** Where a payment stands after its first message. */
function begin(kind: CardKind, decision: Decision) {
  const { approvedMinor, balanceMinor, responseCode, fault } = decision;
  if (fault === 'late') return { ...beginWith({ event: 'ask', by: 'host' }), responseCode: LATE };
  if (balanceMinor !== undefined && responseCode === '00') {
    return { position: NEW, moves: [], state: 'done' as const, responseCode };
  }
  const approval = kind === 'preauthorisation' ? 'approve-hold' : 'approve-purchase';
  const event = approvedMinor > 0n ? approval : 'decline';
  return { ...beginWith({ event, by: 'issuer', amountMinor: approvedMinor }), responseCode };
}

function beginWith(happening: Happening) {
  const step = advance(NEW, happening);
  if (!step.ok) throw new Error(`a payment cannot begin: ${step.error}`);
  return { ...step.value, state: stateOf(step.value.position) };
}

function stateOf({ state }: Position): TransactionState {
  if (state === 'new') throw new Error('a payment that was decided on is not new');
  return state;
}

/** DE 4 where less was approved, and DE 54: what is there, or what was asked for. */
function amountsOf(request: AuthorisationRequest, decision: Decision): MessageFields {
  const { approvedMinor, balanceMinor, responseCode, fault } = decision;
  if (fault === 'late') return {};
  const additional = (type: string, amountMinor: bigint) =>
    `00${type}${request.currency}C${amountField(amountMinor)}`;
  if (balanceMinor !== undefined && responseCode === '00') {
    return { 54: additional(AVAILABLE_BALANCE, balanceMinor) };
  }
  if (approvedMinor === 0n || approvedMinor === request.amountMinor) return {};
  return {
    4: amountField(approvedMinor),
    54: additional(ORIGINAL_AMOUNT, request.amountMinor),
  };
}

/** The amount type in DE 54. ISO 8583:1987, annex A; 57 as card networks use it. */
const AVAILABLE_BALANCE = '02';
const ORIGINAL_AMOUNT = '57';

/** DE 39, issuer or switch inoperative: it did not answer in time. ISO 8583:1987, annex A. */
const LATE = '91';
/** DE 39, invalid transaction: the reversal was here first. ISO 8583:1987, annex A. */
const INVALID_TRANSACTION = '12';

/** DE 38, six digits; it only has to be told apart by people. */
function newApprovalCode(): string {
  return randomInt(1_000_000).toString().padStart(6, '0');
}

/** DE 37 in its usual form: last digit of the year, day of the year, hour, STAN. */
function retrievalReferenceOf(now: Date, stan: string): string {
  const year = now.getUTCFullYear();
  const day = Math.floor((now.getTime() - Date.UTC(year, 0, 0)) / 86_400_000);
  const hour = now.getUTCHours();
  return `${year % 10}${`${day}`.padStart(3, '0')}${`${hour}`.padStart(2, '0')}${stan}`;
}
