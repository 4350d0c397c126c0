import type { CancelSignal } from './cancel-signal.ts';

/**
 * A device on which a cardholder enters a PIN for the issuer. The PIN never leaves it but
 * enciphered, under a key of its own for every entry.
 *
 * Contract: nothing here throws. Nothing it gives or says tells of the PIN.
 */
export interface PinPad {
  /** Asks for the PIN of a card and waits, however long; one at a time. */
  enterPin(wanted: WantedPin, signal: CancelSignal): Promise<PinEntry>;
}

/** What a PIN is asked for. */
export interface WantedPin {
  /** The digits of the card number, which the PIN block is bound to. */
  readonly pan: string;
  /** What is paid, for the device's display. */
  readonly amountMinor: bigint;
  /** ISO 4217 numeric, three digits. */
  readonly currency: string;
}

/** What came of it. */
export type PinEntry =
  | {
      readonly type: 'entered';
      /** ISO 9564-1 format 0, 8 bytes, enciphered with TDES under a DUKPT key (X9.24-1:2009). */
      readonly pinBlock: Uint8Array;
      /** Which key that is: 10 bytes. */
      readonly keySerialNumber: Uint8Array;
    }
  /** The cardholder or the signal called it off. */
  | { readonly type: 'not-entered' }
  /** The device is absent, out of order or without keys. */
  | { readonly type: 'unavailable' };
