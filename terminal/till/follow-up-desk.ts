import { fail, ok, type Result } from '#kernel/bytes/result.ts';
import type {
  FollowUpKind,
  FollowUpQueued,
  OriginalData,
  Payment,
} from '#kernel/transaction/payment.ts';
import {
  amountsOf,
  checkFollowUp,
  type FollowUpRefusal,
  standingFollowUps,
  type WantedFollowUp,
} from '#kernel/transaction/payment-follow-ups.ts';
import { isApproval } from '#kernel/transaction/response-codes.ts';
import { traceNow } from '../runner/host-exchange.ts';
import { readReconciliations } from '../runner/reconciler.ts';
import { readPayment } from '../runner/resolver.ts';
import type { RunnerPorts } from '../runner/settings.ts';
import type { StoreAndForward } from '../runner/store-and-forward.ts';
import type { OneAtATime } from './one-at-a-time.ts';

/** Why nothing was begun. */
export type FollowUpFailure =
  | FollowUpRefusal
  | 'no-such-payment'
  /** More can be held only while the host can be asked. */
  | 'host-unreachable'
  | 'too-much-undelivered'
  | 'journal-failed';

/** What became of something that was begun. */
export interface FollowUpOutcome {
  /** The host did it, refused it, or has still to be told: that goes on by itself. */
  readonly state: 'done' | 'refused' | 'waiting';
  /** Its name at the host. */
  readonly stan: number;
  readonly amountMinor: bigint;
  /** DE 39, once it is answered. */
  readonly responseCode?: string;
}

type Outcome = Promise<Result<FollowUpOutcome, FollowUpFailure>>;

/**
 * What a shop does about payments that are over: completes, refunds, calls off, holds more. Each is
 * in the journal before the host is told, and the host is told until it answers, across restarts.
 * Without a line completions, refunds and voids are decided here and sent later.
 */
export class FollowUpDesk {
  readonly #ports: RunnerPorts;
  readonly #queue: StoreAndForward;
  readonly #announce: () => void;
  /** What may be done depends on what was done before, and on what a day that is closed counts. */
  readonly #inTurn: OneAtATime;

  constructor(
    ports: RunnerPorts,
    queue: StoreAndForward,
    inTurn: OneAtATime,
    announce: () => void,
  ) {
    this.#inTurn = inTurn;
    this.#ports = ports;
    this.#queue = queue;
    this.#announce = announce;
  }

  /** Takes what a preauthorisation holds, or less: an advice, 0220. What is left is let go. */
  complete(paymentId: string, amountMinor: bigint): Outcome {
    return this.#begin(paymentId, () => ({ kind: 'completion', amountMinor }));
  }

  /** Has more held for a preauthorisation: 0100. */
  increment(paymentId: string, amountMinor: bigint): Outcome {
    return this.#begin(paymentId, () => ({ kind: 'increment', amountMinor }));
  }

  /** Gives back what was taken, or a part of it: 0200, or 0220 where there is no line. */
  refund(paymentId: string, amountMinor: bigint): Outcome {
    return this.#begin(paymentId, () => ({ kind: 'refund', amountMinor }));
  }

  /** Calls a payment off before it is settled, all of it: 0200, or 0220 where there is no line. */
  voidPayment(paymentId: string): Outcome {
    return this.#begin(paymentId, (payment) => {
      const { heldMinor, takenMinor } = amountsOf(payment);
      return { kind: 'void', amountMinor: heldMinor + takenMinor };
    });
  }

  /** Takes an increment or a refund back that was a mistake: a reversal advice, 0420. */
  takeBack(paymentId: string, stan: number): Outcome {
    return this.#begin(paymentId, (payment) => {
      const followUps = standingFollowUps(payment);
      const found = followUps.find(({ queued }) => queued.message.stan === stan);
      return { kind: 'reversal', amountMinor: found?.queued.amountMinor ?? 0n, takesBack: stan };
    });
  }

  /** What became of a follow-up so far. */
  async outcomeOf(paymentId: string, stan: number): Outcome {
    const payment = await readPayment(this.#ports, paymentId);
    if (!payment.ok) return fail('journal-failed');
    const found = payment.value.followUps?.find(({ queued }) => queued.message.stan === stan);
    if (!found) return fail('no-such-follow-up');
    const { queued, responseCode } = found;
    const { amountMinor } = queued;
    if (responseCode === undefined) return ok({ state: 'waiting', stan, amountMinor });
    const state = isApproval(responseCode) ? 'done' : 'refused';
    return ok({ state, stan, amountMinor, responseCode });
  }

  async #begin(paymentId: string, wantedOf: (payment: Payment) => WantedFollowUp): Outcome {
    const queued = await this.#inTurn.run(() => this.#enqueue(paymentId, wantedOf));
    if (!queued.ok) return queued;
    const tried = this.#queue.add(paymentId, 'timeout');
    this.#announce();
    await tried;
    return this.outcomeOf(paymentId, queued.value);
  }

  /**
   * Whether a day is counted and the host has not answered: then nothing that it counts may go
   * before it, as the host would close the day without, and the next would begin below nothing.
   */
  async #isClosing(): Promise<Result<boolean, FollowUpFailure>> {
    const known = await readReconciliations(this.#ports);
    if (!known.ok) return fail('journal-failed');
    const last = known.value.at(-1);
    return ok(last !== undefined && !last.answer);
  }

  /** Writes it into the journal; its STAN. */
  async #enqueue(
    paymentId: string,
    wantedOf: (payment: Payment) => WantedFollowUp,
  ): Promise<Result<number, FollowUpFailure>> {
    const { journal, clock, host } = this.#ports;
    if (this.#queue.isFull) return fail('too-much-undelivered');
    const events = await journal.read(paymentId);
    if (events.ok && events.value.length === 0) return fail('no-such-payment');
    const payment = await readPayment(this.#ports, paymentId);
    if (!payment.ok) return fail('journal-failed');
    const wanted = wantedOf(payment.value);
    const original = checkFollowUp(payment.value, wanted);
    if (!original.ok) return original;
    const { kind, amountMinor } = wanted;
    if (kind === 'void' || kind === 'reversal') {
      const closing = await this.#isClosing();
      if (!closing.ok) return closing;
      if (closing.value) return fail('not-now');
    }
    const isOffline = host.state() === 'down';
    if (isOffline && kind === 'increment') return fail('host-unreachable');
    const stan = await journal.nextStan();
    if (!stan.ok) return fail('journal-failed');
    const queued: FollowUpQueued = {
      type: 'follow-up-queued',
      atMs: clock.nowMs(),
      kind,
      message: { mti: messageType(kind, isOffline), ...traceNow(stan.value, clock) },
      original: original.value,
      amountMinor,
    };
    const written = await journal.append(paymentId, queued);
    return written.ok ? ok(stan.value) : fail('journal-failed');
  }
}

/** A request asks the host; an advice tells it what was decided here. ISO 8583:1987, 4.1. */
function messageType(kind: FollowUpKind, isOffline: boolean): OriginalData['mti'] {
  switch (kind) {
    case 'increment':
      return '0100';
    case 'completion':
      return '0220';
    case 'refund':
    case 'void':
      return isOffline ? '0220' : '0200';
    case 'reversal':
      return '0420';
    default:
      return kind satisfies never;
  }
}
