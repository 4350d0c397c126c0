import { hex } from '../../../bytes/hex.ts';
import { UI_MESSAGES, type UiMessage } from '../../../transaction/ui-request.ts';
import type { OutcomeReason } from '../outcome.ts';

/** Errors of the transmission. */
const L1 = { ok: 0, 'time-out': 1, transmission: 2, protocol: 3 } as const;

/** Errors that the kernel finds. */
const L2 = {
  ok: 0x00,
  'card-data-missing': 0x01,
  'cam-failed': 0x02,
  'status-bytes': 0x03,
  'parsing-error': 0x04,
  'max-limit-exceeded': 0x05,
  'card-data-error': 0x06,
  'mag-stripe-not-supported': 0x07,
  'ids-read-error': 0x0b,
  'ids-write-error': 0x0c,
  'ids-data-error': 0x0d,
  'ids-no-matching-ac': 0x0e,
} as const;

/** Errors of the terminal. */
const L3 = { ok: 0, 'time-out': 1, stop: 2, 'amount-not-present': 3 } as const;

/** Why a transaction did not go on, at one of three levels; nothing of it is set where it did. */
export interface ErrorIndication {
  readonly l1?: keyof typeof L1;
  readonly l2?: keyof typeof L2;
  readonly l3?: keyof typeof L3;
  /** The status word that the card answered with, four hex digits. */
  readonly statusWord?: string;
  readonly message?: UiMessage;
}

const NO_MESSAGE = 0xff;

/**
 * The error indication (DF8115), 6 bytes: L1, L2, L3, SW12, message on error. Source: Book C-2,
 * annex A, as publicly described.
 */
export function encodeErrorIndication(error: ErrorIndication): Uint8Array {
  const { l1 = 'ok', l2 = 'ok', l3 = 'ok', statusWord = '0000', message } = error;
  const shown = message === undefined ? NO_MESSAGE : UI_MESSAGES[message];
  return Uint8Array.of(L1[l1], L2[l2], L3[l3], ...hex(statusWord), shown);
}

/** The reason for people that an error stands for. */
export function reasonOf({ l1, l2, l3 }: ErrorIndication): OutcomeReason | undefined {
  if (l1 !== undefined) return 'card-lost';
  if (l2 !== undefined) return REASONS[l2];
  return l3 === 'amount-not-present' ? 'amount-not-allowed' : undefined;
}

const REASONS: Readonly<Record<keyof typeof L2, OutcomeReason | undefined>> = {
  ok: undefined,
  'card-data-missing': 'missing-card-data',
  'cam-failed': 'authentication-failed',
  'status-bytes': 'card-refused',
  'parsing-error': 'malformed-card-data',
  'max-limit-exceeded': 'amount-not-allowed',
  'card-data-error': 'malformed-card-data',
  'mag-stripe-not-supported': 'card-refused',
  'ids-read-error': 'malformed-card-data',
  'ids-write-error': 'card-refused',
  'ids-data-error': 'malformed-card-data',
  'ids-no-matching-ac': 'card-refused',
};
