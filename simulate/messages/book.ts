import type { Message } from '#kernel/iso8583/message.ts';
import type { SecretKey } from '#kernel/keys/secret-key.ts';
import type { Totals } from '#kernel/transaction/follow-up-messages.ts';
import type { MessageTrace } from '#kernel/transaction/host-messages.ts';
import type { MessageKind } from '#kernel/transaction/message-kinds.ts';

/** What a message asks for: something about money, a batch, or a new MAC key. */
export type Asked = MessageKind | 'reconciliation' | 'key-change';

/** How a message ended. */
export type Outcome =
  | {
      readonly type: 'answered';
      /** DE 39 */
      readonly code: string;
      /** What of the amount was granted; zero when it was refused. */
      readonly grantedMinor: bigint;
      readonly batchNumber?: number;
    }
  | { readonly type: 'reversed' };

/** A message that takes effect, from before it is sent until its end is known. */
export interface Entry {
  readonly kind: Asked;
  readonly message: Message;
  readonly trace: MessageTrace;
  readonly amountMinor: bigint;
  /** The payment that it is about. */
  readonly about?: Entry;
  /** What a reconciliation counted. */
  readonly totals?: Totals;
  /** What the host has to make of it, where that is known before. */
  readonly mustBe?: 'done' | 'refused';
  /** How often it was sent. */
  sent: number;
  /** Set once it is to be undone: the last reversal, to be repeated, and how many were sent. */
  reversal?: { readonly message: Message; readonly sent: number };
  outcome?: Outcome;
}

/** What a terminal that works with single messages keeps: it outlives its program. */
export class Book {
  readonly entries: Entry[] = [];
  macKey: SecretKey;
  /** How many messages it is still to think of. */
  left: number;
  #stan = 0;

  constructor(macKey: SecretKey, left: number) {
    this.macKey = macKey;
    this.left = left;
  }

  /** DE 11 of the next message. */
  nextStan(): number {
    this.#stan += 1;
    return this.#stan;
  }

  /** What has to be brought to its end before anything else; messages go one at a time. */
  get pending(): Entry | undefined {
    return this.entries.find(({ outcome }) => outcome === undefined);
  }

  /** Whether nothing is left to do. */
  get isDone(): boolean {
    return this.left === 0 && !this.pending;
  }

  /** Where every payment stands that took or holds money, or did. */
  standings(): readonly Standing[] {
    return this.entries
      .filter((entry) => BEGINNINGS.includes(entry.kind) && grantedMinor(entry) > 0n)
      .map((payment) => this.#standingOf(payment));
  }

  /** What it counts since its last batch. */
  totals(): Totals {
    const last = this.entries.findLastIndex(closesBatch);
    const open = this.entries.slice(last + 1);
    const refunds = open.filter((entry) => entry.kind === 'refund' && grantedMinor(entry) > 0n);
    const debits = open.filter((entry) => takes(entry) && !this.#isVoided(entry.about ?? entry));
    return {
      credits: refunds.length,
      creditsMinor: sumOf(refunds),
      debits: debits.length,
      debitsMinor: sumOf(debits),
    };
  }

  #isVoided(payment: Entry): boolean {
    return this.#about(payment, 'void').length > 0;
  }

  /** What of this kind was done about a payment. */
  #about(payment: Entry, kind: Asked): readonly Entry[] {
    return this.entries.filter(
      (entry) =>
        entry.about === payment &&
        entry.kind === kind &&
        entry.outcome?.type === 'answered' &&
        entry.outcome.code === '00',
    );
  }

  #standingOf(payment: Entry): Standing {
    const isVoided = this.#isVoided(payment);
    const completions = this.#about(payment, 'completion');
    const taking = payment.kind === 'preauthorisation' ? completions[0] : payment;
    const authorisedMinor = grantedMinor(payment) + sumOf(this.#about(payment, 'increment'));
    const takenAt = taking ? this.entries.indexOf(taking) : Number.POSITIVE_INFINITY;
    return {
      payment,
      authorisedMinor: isVoided ? 0n : authorisedMinor,
      capturedMinor: isVoided || !taking ? 0n : grantedMinor(taking),
      refundedMinor: sumOf(this.#about(payment, 'refund')),
      isHeld: !taking && !isVoided,
      isVoided,
      isSettled: this.entries.findLastIndex(closesBatch) > takenAt,
    };
  }
}

/** Where a payment stands by what was answered. */
export interface Standing {
  readonly payment: Entry;
  readonly authorisedMinor: bigint;
  readonly capturedMinor: bigint;
  readonly refundedMinor: bigint;
  /** Held, and neither taken nor called off. */
  readonly isHeld: boolean;
  readonly isVoided: boolean;
  readonly isSettled: boolean;
}

const BEGINNINGS: readonly Asked[] = ['purchase', 'preauthorisation', 'advice'];

/** What of an entry stands. */
function grantedMinor({ outcome }: Entry): bigint {
  return outcome?.type === 'answered' ? outcome.grantedMinor : 0n;
}

function takes(entry: Entry): boolean {
  return ['purchase', 'advice', 'completion'].includes(entry.kind) && grantedMinor(entry) > 0n;
}

function closesBatch({ kind, outcome }: Entry): boolean {
  return kind === 'reconciliation' && outcome?.type === 'answered' && outcome.code === '00';
}

function sumOf(entries: readonly Entry[]): bigint {
  return entries.reduce((sum, entry) => sum + grantedMinor(entry), 0n);
}
