import { type Malformed, malformed, ok, type Result } from '../bytes/result.ts';
import type {
  EndReason,
  FollowUpQueued,
  OriginalData,
  Payment,
  PaymentEnd,
  PaymentEvent,
  ReversalReason,
} from './payment.ts';
import { checkFollowUp, followUpDue } from './payment-follow-ups.ts';
import { declineReason, isApproval, isSoftDecline, retryMethod } from './response-codes.ts';

/** What has to be done next for a payment that nobody is working on. */
export type NextStep =
  | { readonly type: 'nothing' }
  | { readonly type: 'close'; readonly end: PaymentEnd; readonly reason?: EndReason }
  | {
      readonly type: 'reverse';
      readonly original: OriginalData;
      readonly reason: ReversalReason;
      readonly attempt: number;
    }
  | {
      readonly type: 'deliver';
      readonly followUp: FollowUpQueued;
      readonly attempt: number;
    };

/**
 * Adds an event to a payment. Error `illegal-transition` (offset: none) for an event that cannot
 * follow, for example an answer to a request that was never sent, or anything after the close.
 */
export function applyEvent(
  payment: Payment | undefined,
  event: PaymentEvent,
): Result<Payment, Malformed<'illegal-transition'>> {
  if (event.type === 'intent') return payment ? illegal(event) : ok({ intent: event });
  if (!payment) return illegal(event);
  if (payment.closed) return applyFollowUp(payment, event);
  switch (event.type) {
    case 'authorisation-sent':
      // After a soft decline the same payment is tried again: what counts is the newest request.
      if (awaitsVerification(payment)) return ok({ intent: payment.intent, sent: event });
      return payment.sent ? illegal(event) : ok({ ...payment, sent: event });
    case 'authorisation-not-sent':
      return isOutstanding(payment) ? ok({ ...payment, notSent: event }) : illegal(event);
    case 'authorisation-answered':
      // Once a reversal is under way an answer changes nothing: what is reversed stays reversed.
      return isOutstanding(payment) ? ok({ ...payment, answer: event }) : illegal(event);
    case 'reversal-sent':
      return !payment.sent ||
        payment.notSent ||
        event.attempt !== (payment.reversal?.attempt ?? 0) + 1
        ? illegal(event)
        : ok({ ...payment, reversal: event });
    case 'reversal-answered':
      return payment.reversal ? ok({ ...payment, reversalAnswer: event }) : illegal(event);
    case 'closed':
      return closable(payment, event.end) ? ok({ ...payment, closed: event }) : illegal(event);
    case 'follow-up-queued':
    case 'follow-up-sent':
    case 'follow-up-answered':
      return illegal(event);
    default:
      return event satisfies never;
  }
}

/** After its end a payment has follow-ups, which are told to the host one after the other. */
function applyFollowUp(
  payment: Payment,
  event: PaymentEvent,
): Result<Payment, Malformed<'illegal-transition'>> {
  const { followUps = [] } = payment;
  if (event.type === 'follow-up-queued') {
    const takesBack = event.original.stan;
    if (!checkFollowUp(payment, { ...event, takesBack }).ok) return illegal(event);
    return ok({ ...payment, followUps: [...followUps, { queued: event, attempts: 0 }] });
  }
  const due = followUpDue(payment);
  const isSent = event.type === 'follow-up-sent';
  if (!due || (!isSent && event.type !== 'follow-up-answered')) return illegal(event);
  const isNext = isSent ? event.attempt === due.attempts + 1 : due.attempts > 0;
  if (event.stan !== due.queued.message.stan || !isNext) return illegal(event);
  const after = isSent
    ? { ...due, attempts: event.attempt }
    : { ...due, responseCode: event.responseCode };
  return ok({ ...payment, followUps: followUps.map((each) => (each === due ? after : each)) });
}

/** The payment that a list of events tells of. Errors: `illegal-transition`, `no-intent`. */
export function foldPayment(
  events: readonly PaymentEvent[],
): Result<Payment, Malformed<'illegal-transition' | 'no-intent'>> {
  let payment: Payment | undefined;
  for (const event of events) {
    const next = applyEvent(payment, event);
    if (!next.ok) return next;
    payment = next.value;
  }
  return payment ? ok(payment) : malformed('no-intent', '', 0);
}

/**
 * What resolves a payment, whatever interrupted it. Nothing sent: cancelled. Answered: what the
 * answer said. Sent and not answered: unknown, so it is reversed until the reversal is answered.
 * After its end: the oldest follow-up that is owed to the host, until it is answered.
 */
export function nextStep(payment: Payment, reason: ReversalReason): NextStep {
  const due = followUpDue(payment);
  if (due) return { type: 'deliver', followUp: due.queued, attempt: due.attempts + 1 };
  if (payment.closed) return { type: 'nothing' };
  if (!payment.sent) return { type: 'close', end: 'cancelled', reason: 'restart' };
  if (payment.notSent) return { type: 'close', end: 'declined', reason: 'host-unreachable' };
  if (isReversed(payment)) return { type: 'close', end: 'reversed', reason: 'no-answer' };
  if (isOutstanding(payment) && payment.intent.kind === 'balance') {
    return { type: 'close', end: 'declined', reason: 'no-answer' };
  }
  if (payment.answer && !payment.reversal) {
    const { responseCode } = payment.answer;
    return isApproval(responseCode)
      ? { type: 'close', end: 'approved' }
      : { type: 'close', end: 'declined', reason: declineReason(responseCode) };
  }
  return {
    type: 'reverse',
    original: payment.sent.original,
    reason: payment.reversal?.reason ?? reason,
    attempt: (payment.reversal?.attempt ?? 0) + 1,
  };
}

/** Sent, and nothing is known of it yet. */
function isOutstanding(payment: Payment): boolean {
  return Boolean(payment.sent && !payment.notSent && !payment.answer && !payment.reversal);
}

/** Declined by the host only until the cardholder is verified: nothing was charged. */
function awaitsVerification({ answer, reversal }: Payment): boolean {
  if (!answer || reversal) return false;
  const { responseCode, score } = answer;
  return (
    isSoftDecline(responseCode, score?.requiredMethod) || retryMethod(responseCode) !== undefined
  );
}

function isReversed(payment: Payment): boolean {
  return payment.reversalAnswer !== undefined && isApproval(payment.reversalAnswer.responseCode);
}

/** Money taken needs an approval; nothing may be called off once it may have left the machine. */
function closable(payment: Payment, end: PaymentEnd): boolean {
  const approved = payment.answer !== undefined && isApproval(payment.answer.responseCode);
  switch (end) {
    case 'approved':
      return approved && !payment.reversal;
    case 'declined':
      // An inquiry moves no money, so that nothing is unknown of one without an answer.
      if (payment.intent.kind === 'balance') return !approved;
      return !approved && !payment.reversal && !isOutstanding(payment);
    case 'cancelled':
      return payment.sent === undefined || awaitsVerification(payment);
    case 'reversed':
      return isReversed(payment);
    default:
      return end satisfies never;
  }
}

function illegal(event: PaymentEvent): Result<never, Malformed<'illegal-transition'>> {
  return malformed('illegal-transition', event.type, 0);
}
