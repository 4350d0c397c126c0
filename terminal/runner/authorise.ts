import { fail, ok, type Result } from '#kernel/bytes/result.ts';
import { maskPan } from '#kernel/emv/dictionary/mask.ts';
import type { PortFailure } from '#kernel/ports/failure.ts';
import type { AuthorisationRequest } from '#kernel/transaction/authorisation.ts';
import type { HostReply } from '#kernel/transaction/commands.ts';
import { inForm } from '#kernel/transaction/follow-up-messages.ts';
import {
  buildAuthorisation,
  readAuthorisationAnswer,
  type ScoringContext,
} from '#kernel/transaction/host-messages.ts';
import type { PaymentKind } from '#kernel/transaction/payment.ts';
import { exchangeWithHost, traceNow } from './host-exchange.ts';
import type { PaymentObserver } from './observer.ts';
import type { RunnerPorts, RunnerSettings } from './settings.ts';

/** One request to the issuer. */
export interface AuthorisationOrder {
  readonly paymentId: string;
  readonly request: AuthorisationRequest;
  readonly kind: PaymentKind;
  readonly context: ScoringContext;
  readonly observer: PaymentObserver;
}

/**
 * Sends the 0100 and returns what became of it. Journalled before it is sent, and its answer before
 * it is returned. Fails only when the journal does before anything was sent (effect `none`); an
 * answer that cannot be journalled counts as unknown.
 */
export async function authorise(
  ports: RunnerPorts,
  settings: RunnerSettings,
  order: AuthorisationOrder,
): Promise<Result<HostReply, PortFailure>> {
  const { paymentId, request } = order;
  const stan = await ports.journal.nextStan();
  if (!stan.ok) return stan;
  const trace = traceNow(stan.value, ports.clock);
  const built = buildAuthorisation(request, settings.identity, trace, order.context);
  const message = inForm(built, order.kind);
  const sent = await ports.journal.append(paymentId, {
    type: 'authorisation-sent',
    atMs: ports.clock.nowMs(),
    original: { mti: '0100', ...trace },
    maskedPan: maskPan(request.pan),
    applicationLabel: request.applicationLabel,
    aid: request.aid,
  });
  if (!sent.ok) return fail({ ...sent.error, effect: 'none' });

  const started = performance.now();
  const received = await exchangeWithHost(ports, settings, message);
  const answer = received.ok ? received.value : undefined;
  order.observer.hostExchange?.(message, answer, performance.now() - started);
  if (!received.ok && received.error.effect === 'none') {
    const atMs = ports.clock.nowMs();
    await ports.journal.append(paymentId, { type: 'authorisation-not-sent', atMs });
    return ok({ type: 'not-sent' });
  }
  const reply = answer && readAuthorisationAnswer(message, answer);
  if (!reply) return ok({ type: 'unknown' });
  const { responseCode, approvalCode, retrievalReference, score, balanceMinor } = reply;
  const journalled = await ports.journal.append(paymentId, {
    type: 'authorisation-answered',
    atMs: ports.clock.nowMs(),
    responseCode,
    ...(approvalCode !== undefined && { approvalCode }),
    ...(retrievalReference !== undefined && { retrievalReference }),
    ...(score && { score }),
    ...(balanceMinor !== undefined && { balanceMinor }),
  });
  return ok(journalled.ok ? reply : { type: 'unknown' });
}
