import { fail, ok, type Result } from '#kernel/bytes/result.ts';
import type { PortFailure } from '#kernel/ports/failure.ts';
import { buildReversal } from '#kernel/transaction/host-messages.ts';
import type { ReversalReason } from '#kernel/transaction/payment.ts';
import {
  foldPayment,
  type NextStep,
  nextStep,
  type Payment,
} from '#kernel/transaction/payment-state.ts';
import { exchangeWithHost, traceNow } from './host-exchange.ts';
import type { PaymentObserver } from './observer.ts';
import type { RunnerPorts, RunnerSettings } from './settings.ts';

type Reverse = Extract<NextStep, { type: 'reverse' }>;

/** What one try to resolve a payment came to. */
export type Resolution =
  | { readonly type: 'closed'; readonly payment: Payment }
  /** Still unknown: the reversal was sent `attempts` times and not answered. */
  | { readonly type: 'open'; readonly attempts: number };

/**
 * Takes a payment one step nearer to its end, whatever interrupted it: closes what is decided,
 * sends a reversal for what is unknown. Journalled before it is sent. Call it again while it is
 * `open`.
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
  if (step.type === 'reverse') {
    const reversed = await reverse(ports, settings, paymentId, payment.value, step, observer);
    if (!reversed.ok) return reversed;
    if (!reversed.value) return ok({ type: 'open', attempts: step.attempt });
  } else {
    const { end, reason: endReason } = step;
    const closed = await ports.journal.append(paymentId, {
      type: 'closed',
      atMs: ports.clock.nowMs(),
      end,
      ...(endReason && { reason: endReason }),
    });
    if (!closed.ok) return closed;
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

/** Sends the next 0400 or 0401. True when the host confirmed it. */
async function reverse(
  ports: RunnerPorts,
  settings: RunnerSettings,
  paymentId: string,
  payment: Payment,
  step: Reverse,
  observer: PaymentObserver,
): Promise<Result<boolean, PortFailure>> {
  const stan = await ports.journal.nextStan();
  if (!stan.ok) return stan;
  const { attempt, reason, original } = step;
  const sent = await ports.journal.append(paymentId, {
    type: 'reversal-sent',
    atMs: ports.clock.nowMs(),
    stan: stan.value,
    attempt,
    reason,
  });
  if (!sent.ok) return sent;
  const { amountMinor, currency } = payment.intent;
  const message = buildReversal(
    { original, amountMinor, currency, reason, attempt },
    settings.identity,
    traceNow(stan.value, ports.clock),
  );
  const started = performance.now();
  const answer = await exchangeWithHost(ports, settings, message);
  observer.hostExchange?.(
    message,
    answer.ok ? answer.value : undefined,
    performance.now() - started,
  );
  const responseCode = answer.ok ? answer.value.fields[39] : undefined;
  if (typeof responseCode !== 'string') return ok(false);
  const atMs = ports.clock.nowMs();
  const journalled = await ports.journal.append(paymentId, {
    type: 'reversal-answered',
    atMs,
    responseCode,
  });
  if (!journalled.ok) return journalled;
  return ok(responseCode === '00');
}
