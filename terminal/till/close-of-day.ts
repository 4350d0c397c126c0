import { fail, ok, type Result } from '#kernel/bytes/result.ts';
import { type ChangedPayment, totalsOfDay } from '#kernel/transaction/day-totals.ts';
import { sameTotals, type Totals } from '#kernel/transaction/follow-up-messages.ts';
import type { FollowUpKind, Payment } from '#kernel/transaction/payment.ts';
import { foldPayment } from '#kernel/transaction/payment-state.ts';
import { hasClosedBatch } from '#kernel/transaction/reconciliation.ts';
import { isApproval } from '#kernel/transaction/response-codes.ts';
import { traceNow } from '../runner/host-exchange.ts';
import {
  type PlacedReconciliation,
  readReconciliations,
  reconcileOnce,
} from '../runner/reconciler.ts';
import type { RunnerPorts, RunnerSettings } from '../runner/settings.ts';
import type { StoreAndForward } from '../runner/store-and-forward.ts';
import { OneAtATime } from './one-at-a-time.ts';

/** How the close of a day stands. */
export interface DayReport {
  /**
   * The batch is closed; or it is open, as the host counts otherwise; or the host has not answered,
   * and is asked until it does.
   */
  readonly state: 'closed' | 'difference' | 'waiting' | 'refused';
  readonly totals: Totals;
  /** What the host counted, once it answered. */
  readonly hostTotals?: Totals;
  /** Of the batch that was closed. */
  readonly batchNumber?: number;
  readonly responseCode?: string;
  /** What was decided here since the last batch and refused by the host. */
  readonly refused: readonly RefusedFollowUp[];
}

/** Something that the host did not do. */
export interface RefusedFollowUp {
  readonly paymentId: string;
  readonly kind: FollowUpKind;
  readonly amountMinor: bigint;
  readonly responseCode: string;
}

/** Why a day was not closed. */
export type CloseFailure =
  /** A payment is under way, or the host has still to be told of one. */
  'undelivered' | 'journal-failed';

const QUEUE_ID = 'reconciliation';

/**
 * The close of the day: the terminal's totals, counted from its own journal, against the host's.
 * Where they differ the batch stays open and both are reported, until it is closed as it is.
 */
export class CloseOfDay {
  readonly #ports: RunnerPorts;
  readonly #settings: RunnerSettings;
  readonly #queue: StoreAndForward;
  readonly #closings = new OneAtATime();
  /** Nothing is done about a payment while it is counted. */
  readonly #inTurn: OneAtATime;

  constructor(
    ports: RunnerPorts,
    settings: RunnerSettings,
    queue: StoreAndForward,
    inTurn: OneAtATime,
  ) {
    this.#inTurn = inTurn;
    this.#ports = ports;
    this.#settings = settings;
    this.#queue = queue;
  }

  /** Takes up a reconciliation that was not answered before the terminal ended. */
  async recover(): Promise<Result<void, CloseFailure>> {
    const known = await readReconciliations(this.#ports);
    if (!known.ok) return fail('journal-failed');
    const last = known.value.at(-1);
    if (last && !last.answer) void this.#deliver();
    return ok(undefined);
  }

  /**
   * Closes the batch if the host counts the same (0500), or whatever it counts (`despite`, 0520).
   * One that is not answered yet is asked for again, and nothing else.
   */
  close(despite?: 'despite-a-difference'): Promise<Result<DayReport, CloseFailure>> {
    return this.#closings.run(() => this.#close(despite ? '0520' : '0500'));
  }

  async #close(mti: '0500' | '0520'): Promise<Result<DayReport, CloseFailure>> {
    const known = await readReconciliations(this.#ports);
    if (!known.ok) return fail('journal-failed');
    const last = known.value.at(-1);
    if (!last || last.answer) {
      const begun = await this.#inTurn.run(() => this.#begin(known.value, mti));
      if (!begun.ok) return begun;
    }
    await this.#deliver();
    return this.report();
  }

  /** How the newest reconciliation stands. */
  async report(): Promise<Result<DayReport, CloseFailure>> {
    const known = await readReconciliations(this.#ports);
    const last = known.ok ? known.value.at(-1) : undefined;
    if (!known.ok || !last) return fail('journal-failed');
    const day = await this.#day(placeOfLastBatch(known.value.slice(0, -1)));
    if (!day.ok) return day;
    const { queued, answer } = last;
    const told = { totals: queued.totals, refused: day.value.refused };
    if (!answer) return ok({ ...told, state: 'waiting' });
    const { responseCode, hostTotals, batchNumber } = answer;
    const differs = hostTotals !== undefined && !sameTotals(hostTotals, queued.totals);
    return ok({
      ...told,
      state: isApproval(responseCode) ? 'closed' : differs ? 'difference' : 'refused',
      responseCode,
      ...(hostTotals && { hostTotals }),
      ...(batchNumber !== undefined && { batchNumber }),
    });
  }

  #deliver(): Promise<void> {
    return this.#queue.addOther(QUEUE_ID, () => reconcileOnce(this.#ports, this.#settings));
  }

  async #begin(
    known: readonly PlacedReconciliation[],
    mti: '0500' | '0520',
  ): Promise<Result<void, CloseFailure>> {
    const { journal, clock } = this.#ports;
    const open = await journal.open();
    if (!open.ok) return fail('journal-failed');
    if (open.value.length > 0) return fail('undelivered');
    const day = await this.#day(placeOfLastBatch(known));
    if (!day.ok) return day;
    const stan = await journal.nextStan();
    if (!stan.ok) return fail('journal-failed');
    const { transmittedAt } = traceNow(stan.value, clock);
    const written = await journal.appendReconciliation({
      ...{ type: 'reconciliation-queued', atMs: clock.nowMs(), mti, stan: stan.value },
      ...{ transmittedAt, currency: this.#settings.currency, totals: day.value.totals },
    });
    return written.ok ? ok(undefined) : fail('journal-failed');
  }

  /** What was done since a place in the journal. */
  async #day(
    place: number,
  ): Promise<Result<{ totals: Totals; refused: readonly RefusedFollowUp[] }, CloseFailure>> {
    const changed = await this.#ports.journal.changedSince(place);
    if (!changed.ok) return fail('journal-failed');
    const payments: ChangedPayment[] = [];
    const refused: RefusedFollowUp[] = [];
    for (const { paymentId, eventsBefore } of changed.value) {
      const events = await this.#ports.journal.read(paymentId);
      const now = events.ok ? foldPayment(events.value) : events;
      if (!events.ok || !now.ok) return fail('journal-failed');
      const then = foldPayment(events.value.slice(0, eventsBefore));
      const before = then.ok ? then.value : undefined;
      payments.push({ before, now: now.value });
      refused.push(...refusedSince(paymentId, before, now.value));
    }
    return ok({ totals: totalsOfDay(payments), refused });
  }
}

/** Behind this begins what is in no batch that was closed. */
function placeOfLastBatch(known: readonly PlacedReconciliation[]): number {
  return known.findLast(hasClosedBatch)?.place ?? 0;
}

function refusedSince(
  paymentId: string,
  before: Payment | undefined,
  now: Payment,
): readonly RefusedFollowUp[] {
  const known = before?.followUps?.map(({ responseCode }) => responseCode) ?? [];
  return (now.followUps ?? []).flatMap(({ queued, responseCode }, index) => {
    const isNew = known[index] === undefined;
    if (!isNew || responseCode === undefined || isApproval(responseCode)) return [];
    const { kind, amountMinor } = queued;
    return [{ paymentId, kind, amountMinor, responseCode }];
  });
}
