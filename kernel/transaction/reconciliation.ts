import { type Malformed, malformed, ok, type Result } from '../bytes/result.ts';
import type { Totals } from './follow-up-messages.ts';
import { isApproval } from './response-codes.ts';

/** What happened while a terminal closed its batches; the journal has a list of these. */
export type ReconciliationEvent =
  | {
      readonly type: 'reconciliation-queued';
      readonly atMs: number;
      /** An 0520 closes the batch whatever the host counted. */
      readonly mti: '0500' | '0520';
      readonly stan: number;
      /** DE 7, MMDDhhmmss, UTC. */
      readonly transmittedAt: string;
      /** ISO 4217 numeric, three digits. */
      readonly currency: string;
      readonly totals: Totals;
    }
  | {
      readonly type: 'reconciliation-sent';
      readonly atMs: number;
      readonly stan: number;
      /** 1 for the first time, then one more for each repeat. */
      readonly attempt: number;
    }
  | {
      readonly type: 'reconciliation-answered';
      readonly atMs: number;
      readonly stan: number;
      readonly responseCode: string;
      /** What the host counted, where it said so. */
      readonly hostTotals?: Totals;
      /** Of the batch that was closed. */
      readonly batchNumber?: number;
    };

type EventOf<T extends ReconciliationEvent['type']> = Extract<ReconciliationEvent, { type: T }>;

/** A reconciliation as its events tell it. */
export interface Reconciliation {
  readonly queued: EventOf<'reconciliation-queued'>;
  readonly attempts: number;
  readonly answer?: EventOf<'reconciliation-answered'>;
}

/** Whether a reconciliation closed the batch. */
export function hasClosedBatch({ answer }: Reconciliation): boolean {
  return answer !== undefined && isApproval(answer.responseCode);
}

/**
 * Adds an event to the reconciliations, oldest first. Error `illegal-transition` (offset: none)
 * for one that cannot follow: each is answered before the next is begun.
 */
export function applyReconciliationEvent(
  reconciliations: readonly Reconciliation[],
  event: ReconciliationEvent,
): Result<readonly Reconciliation[], Malformed<'illegal-transition'>> {
  const last = reconciliations.at(-1);
  const open = last && !last.answer ? last : undefined;
  const illegal = () => malformed('illegal-transition', event.type, 0);
  if (event.type === 'reconciliation-queued') {
    return open ? illegal() : ok([...reconciliations, { queued: event, attempts: 0 }]);
  }
  if (!open || event.stan !== open.queued.stan) return illegal();
  const others = reconciliations.slice(0, -1);
  if (event.type === 'reconciliation-sent') {
    if (event.attempt !== open.attempts + 1) return illegal();
    return ok([...others, { ...open, attempts: event.attempt }]);
  }
  return open.attempts > 0 ? ok([...others, { ...open, answer: event }]) : illegal();
}
