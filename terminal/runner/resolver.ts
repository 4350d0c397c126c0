import { fail, ok, type Result } from '#kernel/bytes/result.ts';
import type { PortFailure } from '#kernel/ports/failure.ts';
import { buildFollowUp } from '#kernel/transaction/follow-up-messages.ts';
import { buildReversal } from '#kernel/transaction/host-messages.ts';
import { repeatOf } from '#kernel/transaction/message-kinds.ts';
import type { Payment, ReversalReason } from '#kernel/transaction/payment.ts';
import { foldPayment, type NextStep, nextStep } from '#kernel/transaction/payment-state.ts';
import { isApproval } from '#kernel/transaction/response-codes.ts';
import { traceNow } from './host-exchange.ts';
import type { PaymentObserver } from './observer.ts';
import { type Owed, sendOwed } from './send-owed.ts';
import type { RunnerPorts, RunnerSettings } from './settings.ts';

type Reverse = Extract<NextStep, { type: 'reverse' }>;
type Deliver = Extract<NextStep, { type: 'deliver' }>;

/** What one try to bring a payment on came to. */
export type Resolution =
  | { readonly type: 'closed'; readonly payment: Payment }
  /** The host still has to be told: that was tried `attempts` times and not answered. */
  | { readonly type: 'open'; readonly attempts: number };

/**
 * Takes a payment one step nearer to where the host knows all of it, whatever interrupted it:
 * closes what is decided, sends a reversal for what is unknown, then its follow-ups one after the
 * other. Journalled before it is sent. Call it again while it is `open`.
 */
export async function resolveOnce(
  ports: RunnerPorts,
  settings: RunnerSettings,
  paymentId: string,
  reason: ReversalReason,
  observer: PaymentObserver = {},
): Promise<Result<Resolution, PortFailure>> {
  const payment = await readPayment(ports, paymentId);
  if (!payment.ok) return payment;
  const step = nextStep(payment.value, reason);
  if (step.type === 'nothing') return ok({ type: 'closed', payment: payment.value });
  if (step.type === 'close') {
    const { end, reason: endReason } = step;
    const closed = await ports.journal.append(paymentId, {
      type: 'closed',
      atMs: ports.clock.nowMs(),
      end,
      ...(endReason && { reason: endReason }),
    });
    if (!closed.ok) return closed;
  } else {
    // What certainly cannot be sent is no try, and leaves no trace in the journal.
    if (ports.host.state() === 'down') return ok({ type: 'open', attempts: step.attempt - 1 });
    const owed =
      step.type === 'reverse'
        ? await reversalOwed(ports, settings, paymentId, payment.value, step)
        : ok(followUpOwed(ports, settings, paymentId, payment.value, step));
    if (!owed.ok) return owed;
    const told = await sendOwed(ports, settings, owed.value, observer);
    if (!told.ok) return told;
    const isSettled =
      step.type === 'reverse' ? told.value !== undefined && isApproval(told.value) : told.value;
    if (!isSettled) return ok({ type: 'open', attempts: step.attempt });
  }
  return resolveOnce(ports, settings, paymentId, reason, observer);
}

/** A payment as the journal has it. Failure `journal-corrupt` when its events make no sense. */
export async function readPayment(
  ports: Pick<RunnerPorts, 'journal'>,
  paymentId: string,
): Promise<Result<Payment, PortFailure>> {
  const events = await ports.journal.read(paymentId);
  if (!events.ok) return events;
  const payment = foldPayment(events.value);
  if (payment.ok) return payment;
  return fail({
    kind: 'journal-corrupt',
    retryable: false,
    effect: 'unknown',
    detail: `Payment ${paymentId}: ${payment.error.kind} at ${payment.error.path}.`,
  });
}

/** The next 0400 or 0401, with a STAN of its own. */
async function reversalOwed(
  { journal, clock }: RunnerPorts,
  { identity }: RunnerSettings,
  paymentId: string,
  { intent }: Payment,
  { attempt, reason, original }: Reverse,
): Promise<Result<Owed, PortFailure>> {
  const stan = await journal.nextStan();
  if (!stan.ok) return stan;
  const { amountMinor, currency } = intent;
  return ok({
    message: buildReversal(
      { original, amountMinor, currency, reason, attempt },
      identity,
      traceNow(stan.value, clock),
    ),
    sent: () => {
      const atMs = clock.nowMs();
      const sent = { type: 'reversal-sent', atMs, stan: stan.value, attempt, reason } as const;
      return journal.append(paymentId, sent);
    },
    answered: (responseCode) => {
      const atMs = clock.nowMs();
      return journal.append(paymentId, { type: 'reversal-answered', atMs, responseCode });
    },
  });
}

/** A follow-up: every repeat has the STAN and the times of the first, so that it acts once. */
function followUpOwed(
  { journal, clock }: RunnerPorts,
  { identity }: RunnerSettings,
  paymentId: string,
  { intent }: Payment,
  { attempt, followUp }: Deliver,
): Owed {
  const { kind, message: trace, original, amountMinor } = followUp;
  const { mti, stan } = trace;
  const about = { kind, mti, original, amountMinor, currency: intent.currency };
  const message = buildFollowUp(about, identity, trace);
  return {
    message: attempt === 1 ? message : { ...message, mti: repeatOf(mti) },
    sent: () => {
      const atMs = clock.nowMs();
      return journal.append(paymentId, { type: 'follow-up-sent', atMs, stan, attempt });
    },
    answered: (responseCode) => {
      const atMs = clock.nowMs();
      return journal.append(paymentId, { type: 'follow-up-answered', atMs, stan, responseCode });
    },
  };
}
