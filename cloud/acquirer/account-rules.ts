import { encodeAscii } from '#kernel/bytes/ascii.ts';
import { equalBytes } from '#kernel/bytes/bytes.ts';
import { computePvv } from '#kernel/keys/card-verification.ts';
import { decipherDukptPin } from '#kernel/keys/dukpt-pin.ts';
import { checkTdesCounter, parseTdesKsn, tdesCounter } from '#kernel/keys/ksn.ts';
import { parsePan } from '#kernel/keys/pan.ts';
import type { SecretKey } from '#kernel/keys/secret-key.ts';
import type { IssuerFault } from '../store/schema.ts';

/** What the issuer knows of a card. */
export interface CardAccount {
  /** YYMM; null where the issuer sets none. */
  readonly expiry: string | null;
  readonly fault: IssuerFault;
  readonly latencyMs: number;
  /** The highest counter of a genuine cryptogram so far; -1 before the first. */
  readonly highestAtc: number;
  readonly currency: string;
  readonly balanceMinor: bigint;
  readonly pvv: string | null;
  readonly pinTriesLeft: number;
  readonly paymentLimitMinor: bigint | null;
  readonly dayLimitMinor: bigint | null;
  readonly dayLimitCount: number | null;
  readonly standInLimitMinor: bigint | null;
  /** The day that is counted, YYYYMMDD, UTC. */
  readonly day: string;
  readonly daySpentMinor: bigint;
  readonly dayCount: number;
  /** A command for the card, header and data. */
  readonly pendingScript: Uint8Array | null;
}

/** What of an account is another after a payment. */
export interface CardAfter {
  readonly highestAtc: number;
  readonly pinTriesLeft: number;
  readonly day: string;
  readonly daySpentMinor: bigint;
  readonly dayCount: number;
  readonly isScriptSent: boolean;
}

/** What trying a PIN came to. */
export type PinCheck = 'none' | 'right' | 'wrong' | 'no-tries-left' | 'cannot-verify';

/** Tries of a PIN until it is blocked. */
export const PIN_TRIES = 3;
/** The index of the pair of PIN verification keys. */
export const PIN_KEY_INDEX = 1;

/** Which limit an amount goes over: DE 39, or nothing. ISO 8583:1987, annex A. */
export function limitExceeded(
  card: CardAccount,
  amountMinor: bigint,
  now: Date,
): '61' | '65' | undefined {
  const { spentMinor, count } = spentToday(card, now);
  const { paymentLimitMinor, dayLimitMinor, dayLimitCount } = card;
  if (paymentLimitMinor !== null && amountMinor > paymentLimitMinor) return '61';
  if (dayLimitMinor !== null && spentMinor + amountMinor > dayLimitMinor) return '61';
  return dayLimitCount !== null && count >= dayLimitCount ? '65' : undefined;
}

/** The account after a decision: what was spent today counts what was approved. */
export function accountAfter(
  card: CardAccount,
  decided: {
    readonly approvedMinor: bigint;
    readonly highestAtc: number;
    readonly pin: PinCheck;
    readonly isScriptSent: boolean;
    readonly now: Date;
  },
): CardAfter {
  const { approvedMinor, highestAtc, pin, isScriptSent, now } = decided;
  const { spentMinor, count } = spentToday(card, now);
  const tries = { right: PIN_TRIES, wrong: Math.max(card.pinTriesLeft - 1, 0) };
  return {
    highestAtc: Math.max(highestAtc, card.highestAtc),
    pinTriesLeft: pin === 'right' || pin === 'wrong' ? tries[pin] : card.pinTriesLeft,
    day: dayOf(now),
    daySpentMinor: spentMinor + approvedMinor,
    dayCount: count + (approvedMinor > 0n ? 1 : 0),
    isScriptSent,
  };
}

/** A PIN as it comes from a terminal: DE 52, 8 bytes, and DE 53, which key it is under. */
export interface ReceivedPin {
  readonly block: Uint8Array;
  readonly keySerialNumber?: Uint8Array;
}

/**
 * Tries a PIN that came as an ISO 9564-1 block of format 0, enciphered with TDES under a key that
 * DUKPT makes of the terminal's initial PIN key (ANSI X9.24-1:2009), against the card's
 * verification value.
 */
export function checkPin(
  card: CardAccount,
  pan: string,
  received: ReceivedPin | undefined,
  keys: { readonly pinKey?: SecretKey; readonly verificationKey?: SecretKey },
): PinCheck {
  if (!received) return 'none';
  const { block, keySerialNumber } = received;
  if (card.pvv === null || !keys.pinKey || !keys.verificationKey) return 'cannot-verify';
  if (card.pinTriesLeft === 0) return 'no-tries-left';
  const checked = parsePan(pan);
  const ksn = parseTdesKsn(keySerialNumber ?? new Uint8Array(0));
  if (!checked.ok || !ksn.ok || !checkTdesCounter(tdesCounter(ksn.value)).ok) {
    return 'cannot-verify';
  }
  const pin = decipherDukptPin(block, checked.value, keys.pinKey, ksn.value);
  if (!pin.ok) return 'wrong';
  const pvv = computePvv(keys.verificationKey, checked.value, pin.value, PIN_KEY_INDEX);
  return pvv.ok && equalBytes(encodeAscii(pvv.value), encodeAscii(card.pvv)) ? 'right' : 'wrong';
}

function spentToday(card: CardAccount, now: Date) {
  const isToday = card.day === dayOf(now);
  return { spentMinor: isToday ? card.daySpentMinor : 0n, count: isToday ? card.dayCount : 0 };
}

function dayOf(now: Date): string {
  return now.toISOString().slice(0, 10).replaceAll('-', '');
}
