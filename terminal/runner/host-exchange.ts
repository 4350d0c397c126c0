import { fail, ok, type Result } from '#kernel/bytes/result.ts';
import type { Message } from '#kernel/iso8583/message.ts';
import type { Clock } from '#kernel/ports/clock.ts';
import type { PortFailure } from '#kernel/ports/failure.ts';
import { answers, type MessageTrace } from '#kernel/transaction/host-messages.ts';
import type { RunnerPorts, RunnerSettings } from './settings.ts';

/**
 * Seals and sends one message and returns its answer. Whatever comes with a wrong MAC, does not
 * decode or answers something else is not an answer, so it ends as the port's `host-timeout`.
 */
export async function exchangeWithHost(
  ports: Pick<RunnerPorts, 'host' | 'session'>,
  settings: Pick<RunnerSettings, 'macKeys' | 'hostTimeoutMs'>,
  request: Message,
): Promise<Result<Message, PortFailure>> {
  const sealed = settings.macKeys.seal(request);
  if (!sealed.ok) {
    const { kind, path } = sealed.error;
    const detail = `Data element ${path} cannot be sent: ${kind}.`;
    return fail({ kind: 'message-unsendable', retryable: false, effect: 'none', detail });
  }
  let answer: Message | undefined;
  const received = await ports.host.exchange({
    message: sealed.value,
    timeoutMs: settings.hostTimeoutMs,
    isAnswer: (candidate) => {
      const opened = settings.macKeys.open(candidate);
      if (!opened.ok || !answers(request, opened.value)) return false;
      answer = opened.value;
      return true;
    },
  });
  if (!received.ok) return received;
  if (!answer) throw new Error('the host link accepted an answer that nobody claimed');
  ports.session?.answered(answer);
  return ok(answer);
}

/** Stamps a message: its STAN, the time in UTC (DE 7) and in the shop (DE 12, DE 13). */
export function traceNow(stan: number, clock: Clock): MessageTrace {
  const { date, time } = clock.local();
  const utc = new Date(clock.nowMs()).toISOString().replace(/\D/g, '');
  return { stan, transmittedAt: utc.slice(4, 14), localTime: time, localDate: date.slice(2) };
}
