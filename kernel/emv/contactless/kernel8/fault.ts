import { fail } from '../../../bytes/result.ts';
import type { OutcomeReason } from '../outcome.ts';

/** Level 1 errors. Source: Book C-8 v1.1, A.1.55, by Digrol/Denom. */
export const L1 = { none: 0x00, transmission: 0x02 } as const;

/** Level 2 errors. Source: as L1. */
export const L2 = {
  none: 0x00,
  cardDataMissing: 0x01,
  statusBytes: 0x03,
  parsing: 0x04,
  cardDataError: 0x06,
  terminalDataError: 0x0f,
  decryptionFailed: 0x10,
  edaMacFailed: 0x13,
} as const;

/** Why and how the kernel ends before a cryptogram is concluded on. */
export interface Kernel8Fault {
  readonly end: 'select-next' | 'end-application' | 'try-again';
  readonly l1: (typeof L1)[keyof typeof L1];
  readonly l2: (typeof L2)[keyof typeof L2];
  /** Four hex digits; 0000 where the card's status is not the reason. */
  readonly statusWord: string;
  /** None where the terminal itself is at fault. */
  readonly reason?: OutcomeReason;
}

/** The card answers no more: it may be presented again. */
export const CARD_LOST = fail<Kernel8Fault>({
  end: 'try-again',
  l1: L1.transmission,
  l2: L2.none,
  statusWord: '0000',
  reason: 'card-lost',
});

/** A fault of the card's data, or of the terminal's. */
export function faultOf(
  l2: Kernel8Fault['l2'],
  end: Kernel8Fault['end'] = 'end-application',
): { readonly ok: false; readonly error: Kernel8Fault } {
  const reason = REASONS[l2];
  return fail({ end, l1: L1.none, l2, statusWord: '0000', ...(reason && { reason }) });
}

/** The card refused a command. */
export function refused(
  statusWord: string,
  end: Kernel8Fault['end'] = 'end-application',
): { readonly ok: false; readonly error: Kernel8Fault } {
  return fail({ end, l1: L1.none, l2: L2.statusBytes, statusWord, reason: 'card-refused' });
}

const REASONS: Readonly<Partial<Record<Kernel8Fault['l2'], OutcomeReason>>> = {
  [L2.cardDataMissing]: 'missing-card-data',
  [L2.parsing]: 'malformed-card-data',
  [L2.cardDataError]: 'malformed-card-data',
  [L2.decryptionFailed]: 'authentication-failed',
  [L2.edaMacFailed]: 'authentication-failed',
};
