import { randomInt } from 'node:crypto';
import type { Message } from '#kernel/iso8583/message.ts';
import { encodeTlv } from '#kernel/tlv/ber.ts';
import { isApproval } from '#kernel/transaction/response-codes.ts';
import { atomically } from '../store/database.ts';
import { fingerprintOf, maskPan, tokenOf } from '../store/secrets.ts';
import type { Acquirer } from './acquirer.ts';
import { buildAnswer, encodeScoringAnswer, type Timings } from './answers.ts';
import { type AuthorisationRequest, readAuthorisationRequest } from './authorisation-request.ts';
import { type Asking, type Decision, decide } from './decide.ts';
import { findPrecedent, type MessageIdentity, rememberAnswer } from './idempotency.ts';
import { stopwatch } from './stopwatch.ts';
import type { EnrolledTerminal } from './terminal-registry.ts';
import { type Decided, lockCard, recordDecision, type TransactionKey } from './transactions.ts';

/** A message that opened well, with the bytes it came in. */
export interface Received {
  readonly message: Message;
  readonly bytes: Uint8Array;
  readonly terminal: EnrolledTerminal;
  readonly key: TransactionKey;
}

/**
 * Answers an 0100: null when the answer must never go out. Everything it decides is committed when
 * it resolves; when it rejects, whether it was is unknown, and there is no answer to give.
 */
export async function authorise(
  acquirer: Acquirer,
  received: Received,
): Promise<Uint8Array | null> {
  const { terminal, key } = received;
  const refuse = (code: string) => buildAnswer(received.message, { 39: code }, terminal.macKey);
  const request = readAuthorisationRequest(received.message, terminal);
  if (!request.ok) return refuse(request.error);
  const now = acquirer.now();
  const payloadHash = fingerprintOf(received.bytes, acquirer.tokenKey);
  const identity: MessageIdentity = { ...key, messageClass: 'authorisation', payloadHash };
  const asking = { cardToken: tokenOf(request.value.pan, acquirer.tokenKey), terminal, now };
  const { answer, decided } = await atomically(acquirer.db, async (db): Promise<Outcome> => {
    const lookUp = stopwatch();
    const card = await lockCard(db, asking.cardToken);
    const accountUs = lookUp();
    const decision = { ...decide(acquirer, request.value, asking, card), accountUs };
    const decided = conclude(received, request.value, asking, decision);
    if (await recordDecision(db, identity, decided)) return { answer: decided.answer, decided };
    const precedent = await findPrecedent(db, identity);
    if (precedent.kind === 'repeated') return precedent;
    if (precedent.kind === 'conflict') return { answer: refuse(DUPLICATE) };
    // Its reversal was here first.
    const answer = refuse(INVALID_TRANSACTION);
    await rememberAnswer(db, identity, answer, now);
    return { answer };
  });
  if (decided) {
    const isDeclined = !decided.payment.approvalCode;
    acquirer.velocity.observe({ ...asking, ...decided.payment, isDeclined });
  }
  return answer;
}

/** What is answered, and what was decided if it was decided now. */
interface Outcome {
  readonly answer: Uint8Array | null;
  readonly decided?: Decided;
}

/** The payment as it will be recorded, and the answer that says so. */
function conclude(
  { key, message, terminal }: Received,
  request: AuthorisationRequest,
  { cardToken, now }: Asking,
  decision: Decision & Timings,
): Decided {
  const { responseCode, check } = decision;
  const approvalCode = isApproval(responseCode) ? newApprovalCode() : undefined;
  const retrievalReference = retrievalReferenceOf(now, key.stan);
  const fields = {
    37: retrievalReference,
    ...(approvalCode && { 38: approvalCode }),
    39: responseCode,
    ...(check.genuine && {
      55: encodeTlv([{ tag: '91', value: check.issuerAuthenticationData(responseCode) }]),
    }),
    61: encodeScoringAnswer(decision.score, decision),
  };
  return {
    payment: {
      ...key,
      ...(approvalCode && { approvalCode }),
      ...(decision.score && { score: decision.score }),
      responseCode,
      retrievalReference,
      merchantId: terminal.merchantId,
      cardToken,
      maskedPan: maskPan(request.pan),
      amountMinor: request.amountMinor,
      currency: request.currency,
      receivedAt: now,
    },
    ...(decision.highestAtc !== undefined && { highestAtc: decision.highestAtc }),
    answer: decision.isSilent ? null : buildAnswer(message, fields, terminal.macKey),
  };
}

/** DE 39, duplicate transmission. ISO 8583:1987, annex A. */
const DUPLICATE = '94';
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
