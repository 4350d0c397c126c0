/** How the cardholder was verified, as the terminal says (DE 60, DF03). */
export type Verification = 'none' | 'cdcvm' | 'online-pin' | 'signature' | 'unknown';

/** Everything a score depends on. */
export interface Features {
  readonly amountMinor: bigint;
  /** Hour of the sale where it was made, 0 to 23. */
  readonly localHour: number;
  readonly verification: Verification;
  /** Earlier authorisations with this card, of any outcome. */
  readonly cardLast10Min: number;
  readonly cardLast24H: number;
  /** Different merchants among the card's last 24 hours, this one included. */
  readonly cardMerchants24H: number;
  /** Earlier authorisations of this terminal, of any outcome. */
  readonly terminalLast10Min: number;
  /** Declined ones among them. */
  readonly terminalDeclines10Min: number;
  /** From the field's start to the cryptogram; a relay makes it long. Undefined if not sent. */
  readonly cardTimeMs: number | undefined;
}
