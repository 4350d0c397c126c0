import { fail, ok, type Result } from '#kernel/bytes/result.ts';
import type { PortFailure } from '#kernel/ports/failure.ts';
import { decodeAdditionalData } from '#kernel/transaction/additional-data.ts';
import { buildReconciliation, readTotals } from '#kernel/transaction/follow-up-messages.ts';
import { repeatOf } from '#kernel/transaction/message-kinds.ts';
import {
  applyReconciliationEvent,
  type Reconciliation,
} from '#kernel/transaction/reconciliation.ts';
import { sendOwed } from './send-owed.ts';
import type { RunnerPorts, RunnerSettings } from './settings.ts';

/** A reconciliation, and its place among the events of payments. */
export type PlacedReconciliation = Reconciliation & { readonly place: number };

/** All reconciliations, oldest first. Failure `journal-corrupt` when their events make no sense. */
export async function readReconciliations({
  journal,
}: Pick<RunnerPorts, 'journal'>): Promise<Result<readonly PlacedReconciliation[], PortFailure>> {
  const events = await journal.reconciliations();
  if (!events.ok) return events;
  let folded: readonly Reconciliation[] = [];
  for (const { event } of events.value) {
    const next = applyReconciliationEvent(folded, event);
    if (!next.ok) {
      const detail = `Reconciliations: ${next.error.kind} at ${next.error.path}.`;
      return fail({ kind: 'journal-corrupt', retryable: false, effect: 'unknown', detail });
    }
    folded = next.value;
  }
  const begun = events.value.filter(({ event }) => event.type === 'reconciliation-queued');
  return ok(folded.map((each, index) => ({ ...each, place: begun[index]?.place ?? 0 })));
}

/**
 * Sends the reconciliation that is not answered yet, if there is one: an 0500 or 0520, or the
 * repeat of it, whose name and totals are those of the first. True when nothing is open any more.
 */
export async function reconcileOnce(
  ports: RunnerPorts,
  settings: RunnerSettings,
): Promise<Result<boolean, PortFailure>> {
  const known = await readReconciliations(ports);
  if (!known.ok) return known;
  const open = known.value.at(-1);
  if (!open || open.answer) return ok(true);
  if (ports.host.state() === 'down') return ok(false);
  const { mti, stan, transmittedAt, currency, totals } = open.queued;
  const attempt = open.attempts + 1;
  const trace = { stan, transmittedAt, localTime: '', localDate: '' };
  const message = buildReconciliation(mti, { ...totals, currency }, settings.identity, trace);
  const { journal, clock } = ports;
  const told = await sendOwed(ports, settings, {
    message: attempt === 1 ? message : { ...message, mti: repeatOf(mti) },
    sent: () => {
      const atMs = clock.nowMs();
      return journal.appendReconciliation({ type: 'reconciliation-sent', atMs, stan, attempt });
    },
    answered: (responseCode, answer) => {
      const hostTotals = readTotals(answer);
      const { batchNumber } = decodeAdditionalData(answer.fields[48]);
      return journal.appendReconciliation({
        ...{ type: 'reconciliation-answered', atMs: clock.nowMs(), stan, responseCode },
        ...(hostTotals && { hostTotals }),
        ...(batchNumber !== undefined && { batchNumber }),
      });
    },
  });
  return told.ok ? ok(told.value !== undefined) : told;
}
