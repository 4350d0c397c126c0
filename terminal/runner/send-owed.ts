import { ok, type Result } from '#kernel/bytes/result.ts';
import type { Message } from '#kernel/iso8583/message.ts';
import type { PortFailure } from '#kernel/ports/failure.ts';
import { isToBeRepeated } from '#kernel/transaction/response-codes.ts';
import { exchangeWithHost } from './host-exchange.ts';
import type { PaymentObserver } from './observer.ts';
import type { RunnerPorts, RunnerSettings } from './settings.ts';

/** A message that the host is owed, and how the journal learns of it. */
export interface Owed {
  readonly message: Message;
  /** Before it is sent. */
  sent(): Promise<Result<void, PortFailure>>;
  /** Before its answer counts. */
  answered(responseCode: string, answer: Message): Promise<Result<void, PortFailure>>;
}

/**
 * Sends what the host is owed once: a reversal, a follow-up, a reconciliation. Gives the response
 * code of an answer that counts; nothing where none came, or where the host wants it again later.
 */
export async function sendOwed(
  ports: RunnerPorts,
  settings: RunnerSettings,
  owed: Owed,
  observer: PaymentObserver = {},
): Promise<Result<string | undefined, PortFailure>> {
  const sent = await owed.sent();
  if (!sent.ok) return sent;
  const started = performance.now();
  const received = await exchangeWithHost(ports, settings, owed.message);
  const answer = received.ok ? received.value : undefined;
  observer.hostExchange?.(owed.message, answer, performance.now() - started);
  const responseCode = answer?.fields[39];
  if (!answer || typeof responseCode !== 'string' || isToBeRepeated(responseCode)) {
    return ok(undefined);
  }
  const journalled = await owed.answered(responseCode, answer);
  return journalled.ok ? ok(responseCode) : journalled;
}
