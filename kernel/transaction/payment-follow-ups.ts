import { fail, ok, type Result } from '../bytes/result.ts';
import type {
  FollowUpKind,
  FollowUpQueued,
  FollowUpState,
  OriginalData,
  Payment,
} from './payment.ts';
import { isApproval } from './response-codes.ts';

/** Where the money of a payment stands, in minor units. What is owed to the host counts as done. */
export interface PaymentAmounts {
  /** Promised by the issuer and not taken yet. */
  readonly heldMinor: bigint;
  readonly takenMinor: bigint;
  readonly refundedMinor: bigint;
  readonly isVoided: boolean;
}

/** Why something cannot be done about a payment. */
export type FollowUpRefusal =
  /** No money was taken or held, or that was called off. */
  | 'not-approved'
  /** Nothing, or more than there is; what is called off is called off whole. */
  | 'bad-amount'
  /** It is taken already, or not yet. */
  | 'not-now'
  /** There is no such increment or refund, or it was taken back. */
  | 'no-such-follow-up';

/** What is to be done about a payment. */
export interface WantedFollowUp {
  readonly kind: FollowUpKind;
  readonly amountMinor: bigint;
  /** For a reversal: the STAN of the increment or refund to take back. */
  readonly takesBack?: number;
}

/** The oldest follow-up that the host has not answered. */
export function followUpDue({ followUps = [] }: Payment): FollowUpState | undefined {
  return followUps.find(({ responseCode }) => responseCode === undefined);
}

/** Whether a follow-up was not refused; only those that the host confirmed with `confirmedOnly`. */
function stands({ responseCode }: FollowUpState, confirmedOnly: boolean): boolean {
  return responseCode === undefined ? !confirmedOnly : isApproval(responseCode);
}

/** The follow-ups that stand and were not taken back. */
export function standingFollowUps(
  { followUps = [] }: Payment,
  confirmedOnly = false,
): readonly FollowUpState[] {
  const standing = followUps.filter((each) => stands(each, confirmedOnly));
  const takenBack = new Set(
    standing
      .filter(({ queued }) => queued.kind === 'reversal')
      .map(({ queued }) => nameOf(queued.original)),
  );
  return standing.filter(
    ({ queued }) => queued.kind !== 'reversal' && !takenBack.has(nameOf(queued.message)),
  );
}

/** Where a payment's money stands. */
export function amountsOf(payment: Payment, confirmedOnly = false): PaymentAmounts {
  const { intent, closed } = payment;
  const { kind = 'purchase', amountMinor } = intent;
  const none = { heldMinor: 0n, takenMinor: 0n, refundedMinor: 0n, isVoided: false };
  if (closed?.end !== 'approved' || kind === 'balance') return none;
  const standing = standingFollowUps(payment, confirmedOnly);
  const sumOf = (wanted: FollowUpKind) =>
    standing.reduce(
      (sum, { queued }) => sum + (queued.kind === wanted ? queued.amountMinor : 0n),
      0n,
    );
  const isVoided = standing.some(({ queued }) => queued.kind === 'void');
  const completedMinor = sumOf('completion');
  const refundedMinor = sumOf('refund');
  if (isVoided) return { ...none, refundedMinor, isVoided };
  if (kind === 'purchase') return { ...none, takenMinor: amountMinor, refundedMinor };
  const heldMinor = completedMinor > 0n ? 0n : amountMinor + sumOf('increment');
  return { heldMinor, takenMinor: completedMinor, refundedMinor, isVoided };
}

/** Whether this may be done about a payment, and what its message is about. */
export function checkFollowUp(
  payment: Payment,
  { kind, amountMinor, takesBack }: WantedFollowUp,
): Result<FollowUpQueued['original'], FollowUpRefusal> {
  const { heldMinor, takenMinor, refundedMinor } = amountsOf(payment);
  const authorisation = payment.sent?.original;
  if (!authorisation || heldMinor + takenMinor === 0n) return fail('not-approved');
  const original = originalOf(authorisation);
  const within = (mostMinor: bigint) => amountMinor > 0n && amountMinor <= mostMinor;
  switch (kind) {
    case 'increment':
      if (heldMinor === 0n) return fail('not-now');
      return amountMinor > 0n ? ok(original) : fail('bad-amount');
    case 'completion':
      if (heldMinor === 0n) return fail('not-now');
      return within(heldMinor) ? ok(original) : fail('bad-amount');
    case 'refund':
      if (takenMinor === 0n) return fail('not-now');
      return within(takenMinor - refundedMinor) ? ok(original) : fail('bad-amount');
    case 'void':
      if (refundedMinor > 0n) return fail('not-now');
      return amountMinor === heldMinor + takenMinor ? ok(original) : fail('bad-amount');
    case 'reversal':
      return checkTakeBack(payment, heldMinor, amountMinor, takesBack);
    default:
      return kind satisfies never;
  }
}

/** An increment is taken back while it is held, a refund at any time. */
function checkTakeBack(
  payment: Payment,
  heldMinor: bigint,
  amountMinor: bigint,
  stan: number | undefined,
): Result<FollowUpQueued['original'], FollowUpRefusal> {
  const found = standingFollowUps(payment).find(({ queued }) => queued.message.stan === stan);
  if (!found) return fail('no-such-follow-up');
  const { kind, message } = found.queued;
  const isOpen = kind === 'refund' || (kind === 'increment' && heldMinor > 0n);
  if (!isOpen) return fail('not-now');
  return amountMinor === found.queued.amountMinor ? ok(originalOf(message)) : fail('bad-amount');
}

function originalOf({ mti, stan, transmittedAt }: OriginalData): FollowUpQueued['original'] {
  return { mti, stan, transmittedAt };
}

function nameOf({ stan, transmittedAt }: Pick<OriginalData, 'stan' | 'transmittedAt'>): string {
  return `${stan} ${transmittedAt}`;
}
